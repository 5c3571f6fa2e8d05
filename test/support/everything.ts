// Every collector switched on, from the list of collectors: one that is new is in it.
import { providesPools } from '../../src/collectors/collector.ts';
import { collectors } from '../../src/collectors/index.ts';

/** Options without which a collector would read nothing, or not all that it can. */
const MORE: Readonly<Record<string, object>> = { users: { from: 'list', per_user: true, max_users: 64 } };

/** `collectors` of a configuration, as it is written. */
export const everything = (more = MORE): Record<string, object> =>
  Object.fromEntries(
    collectors
      .filter((collector) => !providesPools(collector))
      .map(({ name }) => [name, { enabled: true, ...more[name] }]),
  );
