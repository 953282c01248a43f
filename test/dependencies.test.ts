import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const [product = '', tools = ''] = readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8').split('## For building');

function packagesIn(page: string): string[] {
  const rows = Array.from(page.matchAll(/^\| (\S+) \| (.+) \|$/gm), ([, name = '', why = '']) => ({ name, why }));
  return rows.filter(({ name, why }) => !/^(package|---)$/.test(name) && why.trim() !== '').map(({ name }) => name);
}

test.each([
  ['the product', product, manifest.dependencies],
  ['building and testing', tools, manifest.devDependencies],
])('each dependency of %s has its reason, and no other stands there', (_, page, dependencies) => {
  expect(packagesIn(page)).toEqual(Object.keys(dependencies));
});

test('each version is exact', () => {
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
