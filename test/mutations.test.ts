import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutations } from './mutate/mutations';

const root = join(__dirname, '..');

test.each(mutations)('the line that "$name" breaks stands once in $file, and its tests are there', (mutation) => {
  const text = readFileSync(join(root, mutation.file), 'utf8');
  expect(text.split(mutation.find)).toHaveLength(2);
  expect(mutation.find).not.toBe(mutation.replace);
  const [path = ''] = [mutation.tests, `${mutation.tests}.test.ts`].filter((each) => existsSync(join(root, each)));
  expect(path).not.toBe('');
});
