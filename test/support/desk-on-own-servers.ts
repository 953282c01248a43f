import { ownServers } from '../servers/started';
import { startDemoDesk, type DemoDesk } from './demo-desk';

/** A demo desk whose Ringpost may be killed while its Temporal and database live on. */
export interface DeskOnOwnServers {
  desk: DemoDesk;
  mongoUri: string;
  end(): Promise<void>;
}

/** Starts servers of its own, and a Ringpost on them with further settings. */
export async function startDeskOnOwnServers(settings: Record<string, string> = {}): Promise<DeskOnOwnServers> {
  const servers = await ownServers();
  const { mongoUri, temporalAddress } = await servers.start({ fsync: false });
  const desk = await startDemoDesk({
    RINGPOST_DATA_DIR: servers.dataDir,
    MONGODB_URI: mongoUri,
    TEMPORAL_ADDRESS: temporalAddress,
    ...settings,
  });
  return {
    desk,
    mongoUri,
    async end() {
      await desk.product.remove();
      await servers.end();
    },
  };
}
