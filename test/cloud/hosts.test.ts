// The hosts of a region, as the vendor's SDKs have them.
import { describe, expect, test } from 'vitest';
import { iamEndpoint, otherEndpoint, workspaceEndpoint } from '../../src/cloud/hosts.ts';

describe('without a setting', () => {
  test.each([
    ['ap-southeast-3', 'https://iam.ap-southeast-3.myhuaweicloud.com'],
    ['cn-north-4', 'https://iam.cn-north-4.myhuaweicloud.com'],
    ['tr-west-1', 'https://iam.tr-west-1.myhuaweicloud.com'],
    ['eu-west-0', 'https://iam.eu-west-0.myhuaweicloud.com'],
    ['eu-west-101', 'https://iam.eu-west-101.myhuaweicloud.eu'],
    ['cn-north-11', 'https://iam.myhuaweicloud.com'],
    ['cn-north-1', 'https://iam.cn-north-1.myhuaweicloud.com'],
    ['af-north-1', 'https://iam.myhuaweicloud.com'],
  ])('tokens of %s come from %s', (region, endpoint) => {
    expect(iamEndpoint(region)).toBe(endpoint);
  });

  test.each(['ap-southeast-3', 'eu-west-101', 'cn-north-11'])('the pools of %s are read in their region', (region) => {
    expect(workspaceEndpoint(region)).toBe(`https://workspace.${region}.myhuaweicloud.com`);
  });
});

describe('where nobody knows the name', () => {
  test.each([
    ['iam.xx-north-1.myhuaweicloud.com', 'iam_endpoint: https://iam.myhuaweicloud.com'],
    ['iam.eu-west-101.myhuaweicloud.eu', 'iam_endpoint: https://iam.eu-west-101.myhuaweicloud.com'],
    ['iam.eu-west-101.myhuaweicloud.com', 'iam_endpoint: https://iam.eu-west-101.myhuaweicloud.eu'],
    ['iam.myhuaweicloud.com', 'iam_endpoint: https://iam.{region}.myhuaweicloud.com'],
    ['workspace.eu-west-101.myhuaweicloud.com', 'endpoint: https://workspace.eu-west-101.myhuaweicloud.eu'],
    ['workspace.eu-west-101.myhuaweicloud.eu', 'endpoint: https://workspace.eu-west-101.myhuaweicloud.com'],
    ['workspace.xx-north-1.myhuaweicloud.com', undefined],
    ['iam.example.com', undefined],
    ['iam.myhuaweicloud.com.example.com', undefined],
    ['127.0.0.1', undefined],
  ])('%s may be %s', (hostname, other) => {
    expect(otherEndpoint(hostname)).toBe(other);
  });
});
