// A pool as the Workspace API writes it: the detail document, and the row of the list, which is the same without `isolation_num`.
import type { Autoscale, PoolProfile } from './cast.ts';
import type { PoolState } from './estate.ts';
import { hexOf, keyOf, unit, uuidOf } from './noise.ts';

export type PoolDocument = Readonly<Record<string, unknown>>;

export function poolDetail(state: PoolState): PoolDocument {
  return without(
    {
      ...unchanging(state.profile),
      desktop_count: state.desktops,
      desktop_used: state.used,
      status: state.status,
      isolation_num: state.isolated,
    },
    state.profile.omits ?? [],
  );
}

export function poolRow(state: PoolState): PoolDocument {
  return without(poolDetail(state), ['isolation_num']);
}

const known = new WeakMap<PoolProfile, PoolDocument>();

/** The fields that do not move with time, made once per pool. */
function unchanging(profile: PoolProfile): PoolDocument {
  const document = known.get(profile) ?? describe(profile);
  known.set(profile, document);
  return document;
}

function describe(profile: PoolProfile): PoolDocument {
  const { id } = profile;
  return {
    id,
    name: profile.name,
    type: profile.type,
    description: profile.description,
    created_time: profile.created,
    charging_mode: profile.type === 'STATIC' ? '0' : '1',
    // Before the image only to keep the documented order of the fields; the values come with the state.
    desktop_count: 0,
    desktop_used: 0,
    availability_zone: profile.zone,
    subnet_id: subnetsOf(profile)[0],
    subnet_ids: subnetsOf(profile),
    vpc_id: uuidOf(`vpc ${profile.project}`),
    product: profile.product,
    ...image(profile),
    root_volume: { ...volume(`root ${id}`, 80), resource_spec_code: 'workspace.sas' },
    data_volumes: dataVolumes(profile),
    security_groups: [{ id: uuidOf(`group ${profile.project}`), name: 'WorkspaceUserSecurityGroup' }],
    disconnected_retention_period: profile.type === 'DYNAMIC' ? 60 : 0,
    enable_autoscale: profile.autoscale !== undefined,
    ...policy(profile),
    user_reset_policy: { enable: true, reset_count_per_day: 3 },
    status: 'STEADY',
    enterprise_project_id: '0',
    in_maintenance_mode: profile.inMaintenance ?? false,
    desktop_name_policy_id: hexOf(`names ${id}`, 32),
    ou_name: `OU=${profile.project},DC=acme,DC=example`,
    domain: 'acme.example',
    tags: [
      { key: 'cost-center', value: `CC-${String(100 + Math.floor(unit(1, keyOf(id), 7) * 900))}` },
      { key: 'owner', value: profile.project },
    ],
  };
}

/** Ids of the subnets of a pool: its own, or both of its zone. */
export function subnetsOf({ zone, subnet }: PoolProfile): readonly string[] {
  return subnet === undefined
    ? [uuidOf(`subnet ${zone}`), uuidOf(`second subnet ${zone}`)]
    : [uuidOf(`subnet ${subnet}`)];
}

function image(profile: PoolProfile): PoolDocument {
  const isArm = profile.product.architecture === 'arm';
  return {
    image_id: uuidOf(`image ${profile.product.architecture}`),
    image_name: isArm ? 'WKS_UOS20_UserImage' : 'WKS_WIN1064_UserImage',
    image_os_type: isArm ? 'Linux' : 'Windows',
    image_os_version: isArm ? 'UOS V20 64bit' : 'Windows 10 64bit',
    image_os_platform: isArm ? 'UOS' : 'Windows',
    image_product_code: isArm ? '' : 'workspace.image.win10',
    image_cloud_service_type: 'hws.service.type.ims',
  };
}

function volume(label: string, size: number) {
  return { id: uuidOf(label), type: 'SAS', size };
}

function dataVolumes(profile: PoolProfile): readonly unknown[] {
  if (profile.type === 'STATIC') return [];
  const first = volume(`data ${profile.id}`, 10);
  if (!profile.product.is_gpu) return [first];
  return [{ ...first, type: 'GPSSD', size: 200, iops: 4200, throughput: 150 }, volume(`more data ${profile.id}`, 100)];
}

function policy(profile: PoolProfile): PoolDocument {
  if (profile.autoscale !== undefined) return { autoscale_policy: policyDocument(profile.autoscale) };
  return profile.stubPolicy === undefined ? {} : { autoscale_policy: profile.stubPolicy };
}

function policyDocument(autoscale: Autoscale): PoolDocument {
  return {
    autoscale_type: autoscale.type,
    max_auto_created: autoscale.max,
    min_idle: autoscale.minIdle,
    once_auto_created: autoscale.step,
    min_retention: autoscale.minRetention,
    idle_retention_duration: autoscale.idleRetention,
    auto_isolation_enable: true,
    auto_isolation_max_num: 1000,
  };
}

function without(document: PoolDocument, names: readonly string[]): PoolDocument {
  const copy: Record<string, unknown> = { ...document };
  for (const name of names) delete copy[name];
  return copy;
}
