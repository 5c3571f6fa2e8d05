// The desktop products the simulated company rents, as the cloud writes them: every number is a string.

export interface Product {
  readonly product_id: string;
  readonly flavor_id: string;
  readonly type: string;
  readonly cpu: string;
  /** MiB. */
  readonly memory: string;
  readonly descriptions: string;
  readonly charge_mode: string;
  readonly architecture: string;
  /** Left out by older products. */
  readonly is_gpu?: boolean;
  readonly package_type: string;
  readonly system_disk_type: string;
  /** GB. */
  readonly system_disk_size: string;
  readonly contain_data_disk: boolean;
  readonly resource_type: string;
  readonly cloud_service_type: string;
  readonly volume_product_type: string;
  readonly status: string;
}

const common = {
  type: 'BASE',
  charge_mode: '1',
  architecture: 'x86',
  system_disk_type: 'SAS',
  system_disk_size: '80',
  contain_data_disk: false,
  resource_type: 'hws.resource.type.workspace.desktop',
  cloud_service_type: 'hws.service.type.vdi',
  volume_product_type: 'workspace',
  status: 'normal',
} as const;

const office: Product = {
  ...common,
  product_id: 'workspace.x86.ultimate.xlarge2',
  flavor_id: 'c7.xlarge.2',
  cpu: '4',
  memory: '8192',
  descriptions: 'Ultimate | 4 vCPUs | 8 GB memory',
  is_gpu: false,
  package_type: 'ultimate',
};

export const products = {
  office,
  /** As in the documentation's sample answer: without `is_gpu`. */
  sample: {
    ...common,
    product_id: 'workspace.x86.ultimate.large2',
    flavor_id: 'c7.large.2',
    cpu: '2',
    memory: '4096',
    descriptions: 'Ultimate | 2 vCPUs | 4 GB memory',
    package_type: 'ultimate',
    system_disk_size: '140',
  },
  workstation: {
    ...common,
    product_id: 'workspace.gpu.workstation.p2s.4xlarge4',
    flavor_id: 'g6.4xlarge.4',
    cpu: '16',
    memory: '65536',
    descriptions: 'Workstation | 16 vCPUs | 64 GB memory | 1 GPU 16 GB',
    is_gpu: true,
    package_type: 'workstation',
    system_disk_type: 'SSD',
    system_disk_size: '200',
    contain_data_disk: true,
  },
  agile: {
    ...common,
    product_id: 'workspace.k1.agile.large4',
    flavor_id: 'kc1.large.4',
    cpu: '2',
    memory: '8192',
    descriptions: 'Agile | 2 vCPUs | 8 GB memory',
    architecture: 'arm',
    is_gpu: false,
    package_type: 'agile',
  },
  soldOut: {
    ...office,
    product_id: 'workspace.x86.solver.4xlarge2',
    flavor_id: 'c6.4xlarge.2',
    cpu: '16',
    memory: '32768',
    descriptions: 'Solver | 16 vCPUs | 32 GB memory',
    package_type: 'solver',
    status: 'sellout',
  },
} satisfies Record<string, Product>;
