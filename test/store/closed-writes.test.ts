import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { endWritesOfClosedConnections } from '../../store/database/closed-writes';

/** The driver's own class, which it does not publish: one socket to the server. */
interface DriverConnection {
  command(namespace: unknown, command: object, options: object): Promise<unknown>;
}
const driver = createRequire(require.resolve('mongoose'));
const { Connection } = driver('mongodb/lib/cmap/connection') as {
  Connection: new (socket: Socket, options: object) => DriverConnection;
};
const { ns, HostAddress } = driver('mongodb/lib/utils') as {
  ns: (name: string) => unknown;
  HostAddress: { fromString: (address: string) => unknown };
};

describe('a command whose connection closes before it is written', () => {
  let server: Server;
  const accepted: Socket[] = [];
  beforeEach(async () => {
    endWritesOfClosedConnections();
    server = createServer((socket) => void accepted.push(socket.on('error', () => undefined)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const socket of accepted.splice(0)) socket.destroy();
    server.close();
  });

  async function connected(): Promise<{ socket: Socket; connection: DriverConnection }> {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    const hostAddress = HostAddress.fromString(`127.0.0.1:${port}`);
    return {
      socket,
      connection: new Connection(socket, { id: 1, generation: 0, hostAddress, monitorCommands: false }),
    };
  }
  const ping = async (connection: DriverConnection, filler = ''): Promise<unknown> =>
    connection.command(ns('admin.$cmd'), { ping: 1, filler }, {});

  it('fails at once when the socket was destroyed and has not said so yet', async () => {
    const { socket, connection } = await connected();
    socket.destroy();
    await expect(ping(connection)).rejects.toThrow('connection 1 to');
  });

  it('fails when the connection had closed before', async () => {
    const { socket, connection } = await connected();
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
    await expect(ping(connection)).rejects.toThrow('connection 1 to');
  });

  it('fails when the socket closes while a long command waits to be taken', async () => {
    const { socket, connection } = await connected();
    const asked = ping(connection, 'x'.repeat(32 * 1024 * 1024));
    setImmediate(() => socket.destroy());
    await expect(asked).rejects.toThrow('connection 1 to');
  });

  it('is guarded once, however often it is asked for', () => {
    const prototype = Connection.prototype as unknown as { writeCommand: unknown };
    const before = prototype.writeCommand;
    endWritesOfClosedConnections();
    expect(prototype.writeCommand).toBe(before);
  });
});
