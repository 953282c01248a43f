import { ConnectionStates, type Connection } from 'mongoose';
import { StoreAway } from '../errors';
import { isAway } from './connect';

/** Watches whether the database answers. */
export interface Health {
  ping: () => Promise<void>;
  healthy: () => boolean;
  stop: () => void;
}

const pingTimeoutMs = 3_000;

/** Pings every `everyMs`, so that the API can say 503 at once instead of waiting for time-outs. */
export function watchHealth(connection: Connection, everyMs = 2_000): Health {
  let well = true;
  let asking = false;

  async function ping(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoreAway()), pingTimeoutMs);
    });
    try {
      if (!connection.db) throw new StoreAway();
      await Promise.race([connection.db.command({ ping: 1 }), late]);
      well = true;
    } catch (error) {
      well = false;
      throw isAway(error) ? new StoreAway(error) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  const beat = setInterval(() => {
    if (asking) return;
    asking = true;
    ping()
      .catch(() => undefined)
      .finally(() => {
        asking = false;
      });
  }, everyMs);
  beat.unref();

  return {
    ping,
    healthy: () => well && connection.readyState === ConnectionStates.connected,
    stop: () => clearInterval(beat),
  };
}
