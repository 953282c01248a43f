/** Writes the broken flows of the corpus: `npx tsx test/flows/lint/broken/main.ts` after a change of an operator or example. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { all, brokenBy, fileOf } from './all';

const folder = join(__dirname, '../../fixtures/broken');
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) rmSync(join(folder, file));
for (const operator of all) writeFileSync(join(folder, fileOf(operator)), brokenBy(operator));
