// The cast of the simulated company: which pools exist, who uses them, and what is wrong with each.
import { type Product, products } from './products.ts';
import type { Rhythm } from './rhythm.ts';

export type ProjectKey = 'main' | 'branch';

export interface Autoscale {
  readonly type: 'AUTO_CREATED' | 'ACCESS_CREATED';
  readonly minIdle: number;
  readonly max: number;
  readonly step: number;
  readonly minRetention: number;
  /** Minutes an idle desktop is kept. */
  readonly idleRetention: number;
}

export interface PoolProfile {
  readonly project: ProjectKey;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: 'DYNAMIC' | 'STATIC';
  readonly zone: string;
  readonly product: Product;
  readonly created: string;
  readonly rhythm: Rhythm;
  /** DYNAMIC: desktops wanted when everybody is at work. STATIC: desktops assigned for good. */
  readonly people: number;
  /** Size without autoscaling, or where scaling cannot happen. */
  readonly desktops: number;
  readonly autoscale?: Autoscale;
  /** Autoscaling is on and yet the size does not move, and why. */
  readonly growthBlocked?: 'soldOut' | 'noAddress' | 'policy';
  /** The name of a subnet of its own; else it shares those of its zone. */
  readonly subnet?: string;
  readonly status?: string;
  readonly inMaintenance?: true;
  /** Desktops whose agent runs and that nobody can connect to. */
  readonly unreachable?: number;
  readonly isolated?: number;
  /** Idle desktops are hibernated at night, not stopped. */
  readonly hibernates?: true;
  /** What an answer says of a policy while autoscaling is off; left out when undefined. */
  readonly stubPolicy?: Readonly<Record<string, unknown>>;
  /** Optional fields that the cloud leaves out for this pool. */
  readonly omits?: readonly string[];
}

const auto = (minIdle: number, max: number, step: number, minRetention: number): Autoscale => ({
  type: 'AUTO_CREATED',
  minIdle,
  max,
  step,
  minRetention,
  idleRetention: 30,
});

const dynamic = { project: 'main', type: 'DYNAMIC', zone: 'ap-southeast-3a', rhythm: 'office', desktops: 0 } as const;
const fixed = { project: 'main', type: 'STATIC', zone: 'ap-southeast-3a', rhythm: 'office' } as const;

export const cast: readonly PoolProfile[] = [
  {
    ...dynamic,
    id: 'a130ab3a-72bf-4b71-baa9-af4987c8e338',
    name: 'Office Singapore',
    description: 'Healthy: grows in the morning, shrinks in the evening',
    product: products.office,
    created: '2022-05-11T11:45:42.000Z',
    people: 46,
    autoscale: auto(12, 80, 4, 14),
  },
  {
    ...dynamic,
    id: '3f1d2c86-9a54-4e0b-8f7a-0d6c1b2e4a11',
    name: '工程部 GPU',
    description: 'Healthy: workstations of the engineers',
    product: products.workstation,
    created: '2023-02-01T08:00:00.000Z',
    people: 18,
    autoscale: auto(5, 30, 2, 6),
    hibernates: true,
  },
  {
    ...dynamic,
    id: '7c0e5b19-64d2-4b3f-9c1e-5a8f2d7b3e22',
    name: 'Офис Алматы',
    description: 'Healthy: a desktop is created when its user connects',
    zone: 'ap-southeast-3b',
    product: products.agile,
    created: '2024-01-15T06:30:00Z',
    people: 30,
    autoscale: { type: 'ACCESS_CREATED', minIdle: 1, max: 60, step: 1, minRetention: 4, idleRetention: 45 },
    omits: ['data_volumes', 'desktop_name_policy_id', 'isolation_num'],
  },
  {
    ...fixed,
    id: '9b2a7f34-1c8d-4d6e-a5b0-3e7f6c9d1a33',
    name: 'finance-static',
    description: 'Healthy: every desktop has its owner',
    product: products.office,
    created: '2022-11-30T09:12:00.000Z',
    people: 25,
    desktops: 25,
  },
  {
    ...fixed,
    id: 'd4c6e8f0-2b5a-4f71-8e93-7a1b0c3d5e44',
    name: 'Schulungsräume Köln',
    description: 'Healthy: some desktops have no owner yet',
    product: products.agile,
    created: '2025-03-04T10:20:30Z',
    people: 14,
    desktops: 20,
    stubPolicy: { once_auto_created: 1 },
    omits: ['tags', 'ou_name', 'user_reset_policy'],
  },
  {
    ...dynamic,
    id: '5e8b1d42-7f30-4a9c-b6e5-9c2d4f0a8b55',
    name: 'R&D "blue" \\ team 🚀',
    description: 'Sick: four desktops cannot be connected to',
    product: products.office,
    created: '2024-07-19T07:07:07.000Z',
    people: 20,
    autoscale: auto(6, 40, 2, 8),
    unreachable: 4,
    isolated: 2,
  },
  {
    ...dynamic,
    id: '2a9d6c15-8e47-4b02-9f3c-1d5e7b0a4c66',
    name: 'مركز الاتصال',
    description: 'Sick: too small for the late morning',
    zone: 'ap-southeast-3b',
    product: products.agile,
    created: '2023-09-25T05:00:00.000Z',
    rhythm: 'lateMorning',
    people: 70,
    autoscale: auto(7, 48, 3, 9),
  },
  {
    ...dynamic,
    id: 'c81f0e73-5d29-4c6b-a047-6b3e9d1f2a77',
    name: 'legal-2025',
    description: 'In maintenance, and somebody still works there',
    product: products.office,
    created: '2025-01-02T12:00:00.000Z',
    people: 8,
    autoscale: auto(3, 20, 1, 6),
    inMaintenance: true,
  },
  {
    ...dynamic,
    id: '6d7e9a20-3c51-4f8d-8b14-0f2c5a7e9d88',
    name: 'render-farm',
    description: 'Sick: its product is sold out, so it cannot grow',
    product: products.soldOut,
    created: '2024-10-10T10:10:10Z',
    people: 18,
    desktops: 24,
    autoscale: auto(8, 60, 4, 10),
    growthBlocked: 'soldOut',
  },
  {
    ...fixed,
    id: '0f4b8c6d-9e12-4a75-b3d8-2c1e6f7a5b99',
    name: 'contractors',
    description: 'Sick: some desktops are frozen, the bill is open',
    product: products.office,
    created: '2023-06-01T00:00:00.000Z',
    people: 9,
    desktops: 15,
    status: 'EXIST_FROZEN',
    stubPolicy: {},
  },
  {
    ...dynamic,
    id: '1ad74b36-0de7-45fe-aed3-6cb047d69e99',
    name: 'yay-test',
    description: '',
    zone: 'cn-north-7c',
    product: products.sample,
    created: '2025-05-22T09:48:47Z',
    rhythm: 'quiet',
    people: 2,
    desktops: 10,
    // The policy of the documentation's sample answer: it wants more idle desktops than it may create.
    autoscale: auto(10, 1, 1, 0),
    growthBlocked: 'policy',
    omits: [
      'subnet_ids',
      'tags',
      'ou_name',
      'vpc_id',
      'domain',
      'user_reset_policy',
      'isolation_num',
      'image_product_code',
    ],
  },
  {
    ...dynamic,
    id: 'e5a3d7b1-4f68-4c90-9d2e-8b7c0a1f6eaa',
    name: 'summer-interns',
    description: 'Wasteful: sixty desktops for ten people',
    product: products.office,
    created: '2025-06-30T15:45:00.000Z',
    people: 10,
    autoscale: auto(4, 80, 2, 60),
  },
  {
    ...dynamic,
    project: 'branch',
    id: 'b7e2f495-6a1c-4d83-8c5f-4e9d0b3a7cbb',
    name: 'קבוצת פיתוח',
    description: 'Healthy: the developers of the branch',
    product: products.office,
    created: '2024-03-17T06:00:00.000Z',
    people: 24,
    autoscale: auto(7, 50, 3, 9),
  },
  {
    ...fixed,
    project: 'branch',
    id: '4c9f1b6e-0d37-4e5a-a286-9f8c3d5b1ecc',
    name: '大阪支店 reception',
    description: 'Healthy: a small static pool',
    product: products.agile,
    created: '2025-02-11T01:00:00Z',
    people: 9,
    desktops: 12,
    omits: ['image_product_code', 'image_cloud_service_type', 'domain'],
  },
  {
    ...dynamic,
    project: 'branch',
    id: '8d0c7a52-b3f6-4196-9e4d-5a2b6c8f0edd',
    name: 'night-shift support',
    description: 'Healthy: works around the clock',
    product: products.agile,
    created: '2024-12-24T20:00:00.000Z',
    rhythm: 'aroundTheClock',
    people: 16,
    autoscale: auto(5, 40, 2, 8),
  },
  {
    ...dynamic,
    project: 'branch',
    id: '3e6b9c08-5d71-4f2a-b4c6-7f1a2d9e8b10',
    name: 'Magazyn Łódź',
    description: 'Sick: its subnet has no free address, so it cannot grow',
    product: products.office,
    created: '2025-09-15T07:30:00.000Z',
    people: 18,
    desktops: 24,
    autoscale: auto(8, 60, 2, 10),
    growthBlocked: 'noAddress',
    subnet: 'warehouse',
  },
];
