// Rules over several options, which hold even where an option is wrong in itself.
import { describe, expect, it } from 'vitest';
import { problemsOfText } from './problems.ts';

const file = (...projects: readonly string[]) =>
  `defaults: { auth: { type: metadata } }\nprojects:\n${projects
    .map((own) => `  - { region: eu-west-0, project_id: 0bec5db98280d2d02fd6c00c2de791ce, ${own} }\n`)
    .join('')}`;

describe('two projects of one name', () => {
  it('are a problem at the second', async () => {
    const told = await problemsOfText(file('name: a, pools: [c]', 'name: a, pools: [c]'));
    expect(told).toEqual(['bad.yml:4:78: projects[1].name: must be unique; also used at bad.yml:3:78']);
  });

  it('are told even if a number is wrong for good', async () => {
    const told = await problemsOfText(file('name: a, pools: [c], max_pools: 1.5', 'name: a, pools: [c]'));
    expect(told).toHaveLength(2);
    expect(told).toContain('bad.yml:4:78: projects[1].name: must be unique; also used at bad.yml:3:78');
  });
});

describe('two pools of one id', () => {
  it('are a problem, whichever way they are written', async () => {
    const told = await problemsOfText(file('name: a, pools: [c, { id: d }, { id: c }]'));
    expect(told).toContain('bad.yml:3:109: projects[0].pools[2].id: must be unique; also used at bad.yml:3:89');
  });

  it('are a problem where only the case differs', async () => {
    const id = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
    const told = await problemsOfText(file(`name: a, pools: [${id}, ${id.toUpperCase()}]`));
    expect(told).toEqual([expect.stringMatching(/projects\[0\]\.pools\[1\]: must be unique; also used at/)]);
  });

  it('are fine in two projects', async () => {
    expect(await problemsOfText(file('name: a, pools: [c]', 'name: b, pools: [c]'))).toEqual([]);
  });
});

describe('a project', () => {
  const nothing = expect.stringContaining('no pools are selected');

  it.each(['name: a', 'name: a, pools: []', 'name: a, discovery: {}', 'name: a, discovery: { enabled: false }'])(
    'must ask for pools: %s',
    async (own) => {
      expect(await problemsOfText(file(own))).toEqual([nothing]);
    },
  );

  it.each(['name: a, pools: [c]', 'name: a, discovery: { enabled: true }'])('asks for pools: %s', async (own) => {
    expect(await problemsOfText(file(own))).toEqual([]);
  });

  it.each(['name: a, pools: c', 'name: a, discovery: { enabled: "true" }', 'name: a, discovery: true'])(
    'is not told to ask for pools where it is unclear whether it does: %s',
    async (own) => {
      const told = await problemsOfText(file(own));
      expect(told).toHaveLength(1);
      expect(told).not.toContainEqual(nothing);
    },
  );
});
