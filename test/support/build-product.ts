/** Builds the product once per run, so that scenarios start what a user starts. */
import { join } from 'node:path';
import * as build from '../../cli/build';

const root = join(__dirname, '..', '..');

/** The command as the build leaves it. */
export const command = join(root, 'dist', 'cli', 'main.js');

/**
 * Builds as `npm run build` does, unless it is fresh; two test processes that ask at once build once.
 *
 * @throws Error with the compiler's words when nothing could be built.
 */
export async function buildProduct(): Promise<void> {
  await build.buildProduct({ root, compile: () => build.compileProduct(root), say: () => undefined });
}
