import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server that can fail without a word, as when a cable is cut or a firewall forgets a connection. */
export class TcpProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly stalled = new Set<readonly [Socket, Socket]>();

  private constructor(private readonly server: Server) {}

  /** To a port of 127.0.0.1. */
  static async start(port: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (socket) => proxy.join(socket, connect(port, '127.0.0.1')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What is open now stands and carries nothing any more, in either direction; what is opened later works. */
  stall(): void {
    for (const pair of this.pairs) {
      const [one, other] = pair;
      one.unpipe(other).pause();
      other.unpipe(one).pause();
      this.stalled.add(pair);
    }
  }

  /** The server learns that its stalled clients are gone. */
  drop(): void {
    for (const pair of this.stalled) for (const socket of pair) socket.destroy();
    this.stalled.clear();
  }

  close(): Promise<void> {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private join(one: Socket, other: Socket): void {
    const pair = [one, other] as const;
    this.pairs.add(pair);
    for (const [from, to] of [
      [one, other],
      [other, one],
    ]) {
      from.pipe(to);
      from.on('error', () => undefined);
      from.on('close', () => {
        // Of a stalled pair the other end learns nothing.
        if (!this.stalled.has(pair)) to.destroy();
        this.pairs.delete(pair);
      });
    }
  }
}
