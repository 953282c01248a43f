import { takeDataFolder } from './data-folder';
import { setPasswordLink } from './set-password-link';
import { withStore } from './with-store';
import { optionsRefused, WrongUsage } from './wrong-usage';

/** `ringpost user reset-password EMAIL`: prints a link by which the user sets a new password. Works on the store itself. */
export async function resetPassword(args: string[]): Promise<number> {
  const { dataDir, rest } = takeDataFolder(args);
  const [email, ...more] = optionsRefused(rest);
  if (email === undefined || more.length > 0) throw new WrongUsage('ringpost user reset-password needs one EMAIL.');
  return withStore(dataDir, async ({ store, config, runtime }) => {
    const user = await store.users.byEmail(email);
    if (!user) throw new Error(`There is no user ${email}.`);
    const expiresAt = new Date(Date.now() + config.passwordResetMs);
    const token = await store.passwordLinks.create({ user: user._id, purpose: 'reset', expiresAt });
    process.stdout.write(`${setPasswordLink(runtime.api, token)}Good until ${expiresAt.toISOString()}, once.\n`);
    return 0;
  });
}
