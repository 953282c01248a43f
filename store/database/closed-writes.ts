import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';

/** What this file knows of the driver's own, unpublished class of connections. */
interface DriverConnection extends EventEmitter {
  readonly error: Error | null;
  readonly closed: boolean;
  writeCommand(...args: unknown[]): Promise<void>;
}

const guarded = Symbol('ringpost: writes end with their connection');

/**
 * Makes a command fail when its connection closes before the command is written. Done once for the whole process.
 *
 * The driver (7.5 to 7.9 looked at) waits for the socket's `drain` without listening for `close`. A socket that the server
 * ended is destroyed a moment before it says so; a command written in that moment waits for ever, and when it was the
 * heartbeat's, the whole client never finds its database again (docs/decisions/0191-a-heartbeat-that-never-ends.md).
 *
 * @throws Error when the driver no longer has the method that is guarded: then look whether it needs the guard.
 */
export function endWritesOfClosedConnections(): void {
  const prototype = driverConnection();
  if (guarded in prototype.writeCommand) return;
  const write = prototype.writeCommand;
  async function writeUnlessClosed(this: DriverConnection, ...args: unknown[]): Promise<void> {
    let onClose = (): void => undefined;
    const closed = new Promise<never>((_, reject) => {
      onClose = () => reject(this.error ?? new Error('The connection to the database was closed.'));
      if (this.closed) onClose();
      else this.once('close', onClose);
    });
    try {
      await Promise.race([write.apply(this, args), closed]);
    } finally {
      this.off('close', onClose);
    }
  }
  prototype.writeCommand = Object.assign(writeUnlessClosed, { [guarded]: true });
}

/** The prototype in the copy of the driver that mongoose uses. */
function driverConnection(): DriverConnection {
  const ofMongoose = createRequire(require.resolve('mongoose'));
  const { Connection } = ofMongoose('mongodb/lib/cmap/connection') as { Connection: { prototype: DriverConnection } };
  if (typeof Connection.prototype.writeCommand !== 'function') {
    throw new Error('The MongoDB driver has no Connection.writeCommand any more: see docs/decisions/0191.');
  }
  return Connection.prototype;
}
