import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that can be cut and mended. */
export interface CuttableProxy {
  /** `127.0.0.1:PORT`. */
  address: string;
  /** Breaks all connections and refuses new ones. */
  cut(): void;
  /** Lets nothing more through, and keeps the connections: as a server that hangs. */
  freeze(): void;
  /** Lets everything through again; connections that were frozen break. */
  mend(): void;
  close(): Promise<void>;
}

/** Puts a TCP proxy before `target` (`host:port`). */
export async function cuttableProxy(target: string): Promise<CuttableProxy> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let isCut = false;
  let isFrozen = false;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) {
      near.destroy();
      return;
    }
    if (isFrozen) return;
    const far = keep(connect(Number(port), host));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    mend() {
      if (isFrozen) for (const socket of sockets) socket.destroy();
      isCut = false;
      isFrozen = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
