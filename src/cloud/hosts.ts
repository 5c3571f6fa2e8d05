// Where the services of a region answer when the configuration does not say, and where else they may when that name is unknown.

/** Regions of Workspace without an IAM of their own, which the vendor's SDK sends to the global one. */
const WITHOUT_IAM = ['cn-north-11', 'af-north-1'];

/** Europe has a domain of its own, which the vendor's Terraform provider takes for all services, its SDK for IAM alone. */
const isEuropean = (region: string) => region.startsWith('eu-west-1');

export const workspaceEndpoint = (region: string) => `https://workspace.${region}.myhuaweicloud.com`;

export function iamEndpoint(region: string): string {
  if (isEuropean(region)) return `https://iam.${region}.myhuaweicloud.eu`;
  return WITHOUT_IAM.includes(region) ? 'https://iam.myhuaweicloud.com' : `https://iam.${region}.myhuaweicloud.com`;
}

/** The setting and the address to try where a host of the cloud is unknown: `iam_endpoint: https://…`; undefined where there is no other. */
export function otherEndpoint(hostname: string): string | undefined {
  if (hostname === 'iam.myhuaweicloud.com') return 'iam_endpoint: https://iam.{region}.myhuaweicloud.com';
  const [, service, region, domain] = /^(iam|workspace)\.([a-z0-9-]+)\.myhuaweicloud\.(com|eu)$/.exec(hostname) ?? [];
  if (region === undefined) return undefined;
  const setting = service === 'iam' ? 'iam_endpoint' : 'endpoint';
  if (isEuropean(region))
    return `${setting}: https://${service}.${region}.myhuaweicloud.${domain === 'eu' ? 'com' : 'eu'}`;
  return service === 'iam' ? `${setting}: https://iam.myhuaweicloud.com` : undefined;
}
