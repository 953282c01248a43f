import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '../config/settings';

const root = join(__dirname, '..');
const folders = ['config.ts', 'cli', 'servers', 'worker'];

const sourceOf = (path: string): string =>
  path.endsWith('.ts')
    ? readFileSync(path, 'utf8')
    : readdirSync(path, { withFileTypes: true })
        .filter((each) => each.isDirectory() || each.name.endsWith('.ts'))
        .map((each) => sourceOf(join(path, each.name)))
        .join('\n');

const source = folders.map((each) => sourceOf(join(root, each))).join('\n');

test.each(Object.keys(settings))('the setting "%s" is read by something, so that setting it has an effect', (name) => {
  expect(source).toMatch(new RegExp(`\\b${name}\\b`));
});
