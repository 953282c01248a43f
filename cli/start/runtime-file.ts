import { join } from 'node:path';
import { readJsonIfThere, writeWholeJson } from '../../servers/whole-file';

/** Somebody of the demo workspace who can sign in. */
export interface DemoSignIn {
  role: string;
  email: string;
  password: string;
  /** User id, which is the agent's id too. */
  id: string;
}

/** `runtime.json` of a data folder (0600): all that a script needs to play with a running Ringpost. */
export interface RuntimeFile {
  pid: number;
  api: string;
  openapi: string;
  smtp: { host: string; port: number };
  temporal: { address: string; namespace: string; ui: string };
  mongo: { uri: string; database: string };
  /** Folder in which the demo's outgoing mail stands as `.eml` files. */
  sink: string;
  demo: { channel: string; address: string; signIns: DemoSignIn[] } | null;
}

/** Writes the file in one rename; only its owner may read it. */
export async function writeRuntimeFile(dataDir: string, runtime: RuntimeFile): Promise<string> {
  const path = join(dataDir, 'runtime.json');
  await writeWholeJson(path, runtime);
  return path;
}

/** Reads the file of a running Ringpost; a sentence for people where there is none. */
export async function readRuntimeFile(dataDir: string): Promise<RuntimeFile> {
  const path = join(dataDir, 'runtime.json');
  const file = await readJsonIfThere(path, 'Start Ringpost again: each start writes it anew.');
  if (file === null)
    throw new Error(`There is no ${path}. Start Ringpost first (npm start), or name its folder with --data.`);
  return file as RuntimeFile;
}
