/** What listens where, and by which setting that is changed. */
interface Listener {
  what: string;
  host: string;
  port: number;
  setting: string;
}

/** Why nothing can listen there, in words an admin can act on. */
const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'the system does not let this user listen there',
  EADDRNOTAVAIL: 'this machine does not have the address',
};

/** Passes on what a listener's start gives; a port that cannot be had is told with the setting that names it. */
export async function listening<T>(starting: Promise<T>, { what, host, port, setting }: Listener): Promise<T> {
  return starting.catch((error: NodeJS.ErrnoException) => {
    const reason = reasons[error.code ?? ''];
    if (reason === undefined) throw error;
    throw new Error(`${what} cannot listen on ${host}, port ${port}: ${reason}. Set ${setting} to another.`, {
      cause: error,
    });
  });
}

/** Whether other machines reach an address we listen on. */
export const isPublic = (address: string): boolean => !/^(127\.|::1$)/.test(address);
