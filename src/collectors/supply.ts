// What new desktops need: free addresses, GET /v2/{project_id}/subnets/{subnet_id}/available-ip, and a product that is not sold out, GET /v2/{project_id}/availability-zones.
import * as z from 'zod';
import { mapInSlices } from '../async/in-slices.ts';
import { mapConcurrently } from '../async/map-concurrently.ts';
import { describe, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { POOL_ID } from '../option-types/pool-id.ts';
import { type Collector, type Context, enabled, interval, type Reporter } from './collector.ts';
import { indexRows, lossesTo, parseLeniently } from './lenient.ts';
import { subnetsOf } from './pool.ts';

const ADDRESSES = 'show_available_ip';
const ZONES = 'list_availability_zones';
/** Subnets of one collection; the others follow in the next ones. */
const MOST_SUBNETS = 50;

const addressSchema = z.object({ available_ip: z.int().nonnegative() });
const zonesSchema = z.object({ availability_zones: z.array(z.unknown()) });
const zoneSchema = z.object({
  availability_zone: z.string().min(1),
  sold_out: z
    .object({
      // Whole or not at all: part of the list would say that the rest can be had.
      products: z
        .custom<readonly string[]>(
          (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
          'a list of texts',
        )
        .optional(),
    })
    .optional(),
});

interface Subnet {
  readonly subnet: string;
  readonly free: number;
}
interface Offer {
  readonly zone: string;
  readonly product: string;
  readonly isSoldOut: boolean;
}
type Supply = Subnet | Offer;

const subnet = rowsOf<Subnet>('project', 'subnet_id');
export const subnetRows = subnet.group({
  subnet_free_addresses: subnet.gauge(
    'Free addresses of a subnet that a selected pool uses (available_ip).',
    ({ free }) => free,
  ),
});
const offer = rowsOf<Offer>('project', 'availability_zone', 'product_id');
export const offerRows = offer.group({
  product_sold_out: offer.gauge(
    'Whether a product that a selected pool uses is sold out in its zone (availability_zones[].sold_out.products).',
    ({ isSoldOut }) => isSoldOut,
  ),
});

const options = z.strictObject({
  enabled: enabled('Read free addresses of subnets, and which products are sold out'),
  interval: interval('5m'),
});

export const supply: Collector<z.infer<typeof options>, Supply, NamesOf<typeof subnetRows | typeof offerRows>> = {
  name: 'supply',
  subject: 'project',
  needs: ['pools'],
  options: options.prefault({}),
  operations: [ADDRESSES, ZONES],
  actions: { [ADDRESSES]: 'workspace:networks:getAvailableIp', [ZONES]: 'workspace:availabilityZones:list' },
  metrics: [...describe(subnetRows), ...describe(offerRows)],
  requests: () => MOST_SUBNETS + 1,
  async collect(context) {
    const pools = context.pools();
    // An id of a subnet goes into a path, and looks like that of a pool.
    const subnets = new Map(
      pools.flatMap(subnetsOf).flatMap((id) => (POOL_ID.test(id) ? [[`subnet ${id}`, id] as const] : [])),
    );
    const offers = new Map(
      pools.flatMap(({ availability_zone: zone, product: { product_id: product } = {} }) =>
        zone === undefined || product === undefined ? [] : [[`product ${zone} ${product}`, { zone, product }] as const],
      ),
    );
    context.keep(new Set([...subnets.keys(), ...offers.keys()]));
    await Promise.all([readSubnets(context, subnets), readOffers(context, offers)]);
  },
  families({ project, records }) {
    const all = [...records.values()];
    const subnets = all.flatMap((one) => ('free' in one ? [[[project, one.subnet], one] as const] : []));
    const offers = all.flatMap((one) => ('zone' in one ? [[[project, one.zone, one.product], one] as const] : []));
    return [...familiesOf(subnetRows, subnets), ...familiesOf(offerRows, offers)];
  },
};

async function readSubnets(
  { api, ids, read, report, width }: Context<unknown, Supply>,
  used: ReadonlyMap<string, string>,
): Promise<void> {
  const known = new Set(ids());
  const byAge = [...[...used.keys()].filter((id) => !known.has(id)), ...[...known].filter((id) => used.has(id))];
  if (byAge.length > MOST_SUBNETS)
    report.notice(
      `the pools use more than ${MOST_SUBNETS} subnets: each collection reads ${MOST_SUBNETS} of them, by turns`,
    );
  await mapConcurrently(byAge.slice(0, MOST_SUBNETS), width, (id) =>
    read([id], async () => {
      const subnet = used.get(id) ?? '';
      const call = { operation: ADDRESSES, path: ['subnets', subnet, 'available-ip'], isPatient: true };
      const parse = (json: unknown) => parseLeniently(addressSchema, json, lossesTo(report, ADDRESSES)).available_ip;
      return { records: new Map([[id, { subnet, free: await api.get(call, parse) }]]) };
    }),
  );
}

async function readOffers(
  { api, read, report }: Context<unknown, Supply>,
  used: ReadonlyMap<string, Omit<Offer, 'isSoldOut'>>,
): Promise<void> {
  if (used.size === 0) return;
  await read([...used.keys()], async () => {
    const zones = await api.get({ operation: ZONES, path: ['availability-zones'] }, (json) => parseZones(json, report));
    const records = [...used].flatMap(([id, one]) => {
      const products = zones.get(one.zone)?.sold_out?.products;
      // The cloud says nothing of the zone: neither sold out nor to be had.
      return products === undefined ? [] : [[id, { ...one, isSoldOut: products.includes(one.product) }] as const];
    });
    return { records: new Map(records), isWhole: true };
  });
}

async function parseZones(json: unknown, report: Reporter) {
  const losses = lossesTo(report, ZONES, 'availability_zones[].');
  const rows = zonesSchema.parse(json).availability_zones;
  const zones = await mapInSlices(rows, (row) => parseLeniently(zoneSchema, row, losses));
  return indexRows(zones, ({ availability_zone }) => availability_zone, 'zone');
}
