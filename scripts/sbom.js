// The parts list of the bundle as CycloneDX 1.6: what esbuild really put in, with the versions, checksums and licences of the lock file.
// Nothing in it depends on when, where or from which registry it was built: no time, no serial number, no address.

/**
 * @param root The manifest of this program.
 * @param packages The manifests of the bundled packages, each with `path`, its key in the lock file.
 * @param lock package-lock.json.
 */
export function sbom(root, packages, lock) {
  const main = { type: 'application', ...identityOf(root), description: root.description };
  const components = packages.map(({ path, ...manifest }) => {
    const locked = lock.packages[path];
    if (locked?.version !== manifest.version || locked.dev)
      throw new Error(`sbom: ${path} is bundled, but package-lock.json has no such run-time dependency; run npm ci`);
    return { type: 'library', ...identityOf(manifest), hashes: [hashOf(locked.integrity)] };
  });
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: main },
    components,
    dependencies: [{ ref: main['bom-ref'], dependsOn: components.map((one) => one['bom-ref']) }],
  };
}

function identityOf({ name, version, license }) {
  const isExpression = / (?:OR|AND|WITH) /.test(license);
  return {
    'bom-ref': `${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [isExpression ? { expression: license } : { license: { id: license } }],
  };
}

/** `sha512-<base64>` of the lock file as CycloneDX writes it. */
function hashOf(integrity) {
  const [algorithm, digest] = integrity.split(' ')[0].split('-');
  return { alg: algorithm.replace(/^sha/, 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') };
}
