// The whole configuration file as one schema: it joins the options that the modules declare next to where they use them.
import * as z from 'zod';
import { authOptions } from '../cloud/auth/index.ts';
import { httpOptions } from '../cloud/client.ts';
import { iamEndpoint, workspaceEndpoint } from '../cloud/hosts.ts';
import type { BaseOptions } from '../collectors/collector.ts';
import { selectionOptions } from '../collectors/pool-selection.ts';
import { type Pattern, regexes } from '../option-types/regex.ts';
import type { Secret } from '../option-types/secret.ts';
import { endpointUrl, type ProxyAddress } from '../option-types/url.ts';
import { scrapeOptions } from '../scrape/options.ts';

/** What the configuration needs to know of a collector. */
export interface CollectorOptions {
  readonly name: string;
  readonly options: z.ZodType<BaseOptions>;
}

const auth = authOptions.describe('How to sign in; required, here or under `defaults`');

/** What a project may leave to `defaults`, but for `auth`, which one of the two must give. */
const shared = (collectors: readonly CollectorOptions[]) => ({
  http: httpOptions.prefault({}).describe('How requests are sent'),
  collectors: z
    .strictObject(Object.fromEntries(collectors.map(({ name, options }) => [name, options.prefault({})])))
    .prefault({})
    .describe('What is read, and how often'),
  pool_tags: selectionOptions.pool_tags,
  alerts: selectionOptions.alerts,
});

/** The keys of `defaults`. `auth` is taken whole from one place: half a credential of each would be a third one. */
export const TAKEN_WHOLE = ['auth'];
export const MERGED_BY_KEY = Object.keys(shared([]));

/** A label is shown as it is: two texts must not be shown as one. */
const isPrintable = (text: string) => /^[^\p{Cc}\p{Cs}\uFFFD]*$/u.test(text);

const identity = {
  name: z
    .string()
    .min(1, 'empty')
    .refine(isPrintable, 'holds characters that cannot be shown, like a NUL or a line break')
    .describe('Name of the project: the label `project` of its series; unique'),
  region: z
    .string()
    .regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, 'not a region; write one like ap-southeast-3')
    .describe('Region of the project, like ap-southeast-3'),
  project_id: z
    .string()
    .regex(
      /^[0-9a-f]{32}$/,
      'not a project id, which has 32 characters from 0-9 and a-f; the console shows it under My Credentials, beside the name of the project',
    )
    .describe('Id of the project in that region, from My Credentials in the console'),
  endpoint: endpointUrl()
    .optional()
    .describe('Address of the Workspace API; else https://workspace.{region}.myhuaweicloud.com'),
  iam_endpoint: endpointUrl()
    .optional()
    .describe(
      'Address of IAM, asked for tokens; else https://iam.{region}.myhuaweicloud.com, with .eu in eu-west-1*, and ' +
        'https://iam.myhuaweicloud.com for regions without one of their own (cn-north-11, af-north-1)',
    ),
};

const others = (collectors: readonly CollectorOptions[]) => ({ ...selectionOptions, ...shared(collectors) });

const mergedProject = (collectors: readonly CollectorOptions[]) =>
  z.strictObject({ ...identity, auth, ...others(collectors) }).transform((given) => ({
    ...given,
    endpoint: given.endpoint ?? workspaceEndpoint(given.region),
    iam_endpoint: given.iam_endpoint ?? iamEndpoint(given.region),
  }));

function file<Project extends z.ZodType>(collectors: readonly CollectorOptions[], project: Project) {
  return z.strictObject({
    scrape: scrapeOptions.prefault({}).describe('How often and how long the cloud is read'),
    projects: z
      .array(project)
      .min(1, 'no projects; add at least one')
      .describe('The projects to read, one per region and project id'),
    defaults: z
      .strictObject({ auth: auth.optional(), ...shared(collectors) })
      .prefault({})
      .describe('Merged under every project: `auth` as a whole, the rest key by key; lists are replaced'),
    metrics: z
      .strictObject({
        allow: regexes().describe('RE2 expressions on full metric names; one must match (none: all)'),
        deny: regexes().describe('RE2 expressions on full metric names; none may match'),
      })
      .prefault({})
      .describe('Which metrics are on the page'),
  });
}

/** The file as it is written: what editors check. */
export const writtenSchema = (collectors: readonly CollectorOptions[]) =>
  file(collectors, z.strictObject({ ...identity, auth: auth.optional(), ...others(collectors) }));

/** The file once `defaults` are merged into its projects: what the program checks and runs on. */
export const mergedSchema = (collectors: readonly CollectorOptions[]) =>
  file(collectors, mergedProject(collectors)).transform(({ defaults: _, ...config }) => config);

type Opaque = Secret | Pattern | ProxyAddress | string | number | boolean | undefined;
type Frozen<T> = unknown extends T
  ? T
  : T extends Opaque
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Frozen<Item>[]
      : { readonly [Key in keyof T]: Frozen<T[Key]> };

/** The configuration as the program sees it: defaults merged, endpoints derived, durations in milliseconds. */
export type Config = Frozen<z.output<ReturnType<typeof mergedSchema>>>;
export type ProjectConfig = Config['projects'][number];
