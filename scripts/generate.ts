// Writes every generated file of the repository: `npm run generate`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generated } from './generated.ts';

for (const { path, content } of generated) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await content());
  console.log(path);
}
