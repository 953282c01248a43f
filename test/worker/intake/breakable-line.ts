import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { testServers } from '../../support/servers';

/** Stands between a store and the database, so that the database can go away and come back for one test alone. */
export async function aBreakableLine(): Promise<{ uri: string; cut: () => void; mend: () => void; close: () => void }> {
  const target = new URL(testServers().mongoUri);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => one.destroy()).on('close', () => [socket, upstream].forEach((each) => each.destroy()));
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const drop = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    cut: () => {
      isCut = true;
      drop();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      drop();
      server.close();
    },
  };
}
