import { readConfig } from '../config';
import { openStore } from '../store';
import { takeDataFolder } from './data-folder';
import { readRuntimeFile } from './start/runtime-file';
import { secretKeyOf } from './start/secret-key';
import { setPasswordLink } from './set-password-link';
import { optionsRefused, WrongUsage } from './wrong-usage';

/** `ringpost user reset-password EMAIL`: prints a link by which the user sets a new password. Works on the store itself. */
export async function resetPassword(args: string[]): Promise<number> {
  const { dataDir, rest } = takeDataFolder(args);
  const [email, ...more] = optionsRefused(rest);
  if (email === undefined || more.length > 0) throw new WrongUsage('ringpost user reset-password needs one EMAIL.');
  const config = readConfig({ ...process.env, RINGPOST_DATA_DIR: dataDir });
  const runtime = await readRuntimeFile(dataDir);
  const secretKey = await secretKeyOf(dataDir, config.secretKey);
  const store = await openStore({ uri: runtime.mongo.uri, database: runtime.mongo.database, dataDir, secretKey });
  try {
    const user = await store.users.byEmail(email);
    if (!user) throw new Error(`There is no user ${email}.`);
    const expiresAt = new Date(Date.now() + config.passwordResetMs);
    const token = await store.passwordLinks.create({ user: user._id, purpose: 'reset', expiresAt });
    process.stdout.write(`${setPasswordLink(runtime.api, token)}Good until ${expiresAt.toISOString()}, once.\n`);
    return 0;
  } finally {
    await store.close();
  }
}
