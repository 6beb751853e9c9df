import { publishRefused } from '../../messages/transporters.messages.js';

/** The part of an ioredis client that is used. */
export interface PublishClient {
  publish(topic: string, data: string | Buffer): Promise<unknown>;
  eval(script: string, keys: number, ...args: (string | Buffer)[]): Promise<unknown>;
}

type Packets = (string | Buffer)[]; // topic, data, topic, data …

const MAX_PACKETS = 256;
const MAX_SIZE = 64 * 1024;

/** Publishes pairs; goes on after a failure, so that nobody need guess what ran. Answers nil, or how many failed and the first reason. */
export const PUBLISH_SCRIPT =
  "local n,e=0 for i=1,#ARGV,2 do local r=redis.pcall('PUBLISH',ARGV[i],ARGV[i+1]) " +
  "if type(r)=='table' and r.err then n=n+1 e=e or r.err end end if n>0 then return {n,e} end";

/**
 * Publishes what one turn of the event loop sends as one command, in order; a lone packet as a plain PUBLISH. One object serves
 * one connection.
 *
 * Always EVAL with the whole script, never its digest: after SCRIPT FLUSH the client would load the script again while later
 * batches overtake. Whether scripts are allowed shows the first batch; what follows waits until it is answered. A refused batch
 * did not run, so it is published packet by packet, as is everything after it. Only where the right to run scripts is taken away
 * from a connection that had it, lone packets may overtake the scripts under way at that moment.
 */
export class PublishBatch {
  private packets: Packets = [];
  private size = 0;
  private scheduled = false;
  /** Batches that wait because a refusal would let them overtake. */
  private held: Packets[] = [];
  private scripts: 'untried' | 'probing' | 'allowed' | 'refusing' | 'refused' = 'untried';
  private unanswered = 0;
  private abandoned = false;

  /** @param report a failed publish; may be called often for one cause */
  constructor(
    private readonly client: PublishClient,
    private readonly report: (error: Error) => void,
  ) {}

  /** Batches held back, scripts not answered, packets of this turn. For leak tests. */
  get waiting(): number {
    return this.held.length + this.unanswered + this.packets.length / 2;
  }

  add(topic: string, data: string | Buffer): void {
    // A large packet goes alone, past the script: Lua would copy it.
    if (data.length >= MAX_SIZE) this.flush();
    this.size += data.length;
    if (this.packets.push(topic, data) >= 2 * MAX_PACKETS || this.size >= MAX_SIZE) {
      this.flush();
    } else if (!this.scheduled) {
      this.scheduled = true;
      process.nextTick(this.flushTurn);
    }
  }

  /** Hand everything to the client now, as far as order allows. */
  flush(): void {
    if (this.packets.length === 0) return;
    const { packets } = this;
    this.packets = [];
    this.size = 0;
    this.send(packets);
  }

  /** The connection is gone, and with it what waits. */
  abandon(): void {
    this.abandoned = true;
    this.packets = [];
    this.held = [];
  }

  private readonly flushTurn = (): void => {
    this.scheduled = false;
    this.flush();
  };

  private send(packets: Packets): void {
    if (this.scripts === 'probing' || this.scripts === 'refusing') this.held.push(packets);
    else if (packets.length === 2 || this.scripts === 'refused') this.publishEach(packets);
    else this.publishTogether(packets);
  }

  private publishEach(packets: Packets): void {
    for (let i = 0; i < packets.length; i += 2) {
      this.client.publish(packets[i] as string, packets[i + 1]).catch(this.onFailure);
    }
  }

  private publishTogether(packets: Packets): void {
    if (this.scripts === 'untried') this.scripts = 'probing';
    this.unanswered++;
    this.client.eval(PUBLISH_SCRIPT, 0, ...packets).then(
      (reply) => this.onAnswer(packets, reply),
      (error: Error) => this.onError(packets, error),
    );
  }

  private onAnswer(packets: Packets, reply: unknown): void {
    if (this.abandoned) return;
    this.unanswered--;
    if (Array.isArray(reply)) {
      const [failed, reason] = reply as [number, string];
      const total = packets.length / 2;
      // Nothing went out: perhaps scripts may not publish here. A plain PUBLISH works or tells why not.
      if (failed >= total) return this.refuse(packets);
      this.report(new Error(publishRefused(failed, total, reason)));
    }
    if (this.scripts === 'probing') this.release('allowed');
    else this.settleRefusal();
  }

  private onError(packets: Packets, error: Error): void {
    if (this.abandoned) return;
    this.unanswered--;
    if (wasRefused(error)) return this.refuse(packets);
    // Perhaps it ran, perhaps half of it: at most once means not again.
    this.onFailure(error);
    if (this.scripts === 'probing') this.release('untried');
    else this.settleRefusal();
  }

  private refuse(packets: Packets): void {
    this.scripts = 'refusing';
    this.publishEach(packets);
    this.settleRefusal();
  }

  /** Scripts that were under way are refused too, one after the other; only then later packets may follow. */
  private settleRefusal(): void {
    if (this.scripts === 'refusing' && this.unanswered === 0) this.release('refused');
  }

  private release(scripts: 'untried' | 'allowed' | 'refused'): void {
    this.scripts = scripts;
    const { held } = this;
    this.held = [];
    for (const packets of held) this.send(packets);
  }

  private readonly onFailure = (error: Error): void => {
    // Else the connection closed under it, and its loss is told elsewhere.
    if (!this.abandoned && (isReply(error) || error.message === 'Command timed out')) this.report(error);
  };
}

const isReply = (error: Error): boolean => error.name === 'ReplyError';

/** An answer of the server, and none that ends a script in its middle. */
const wasRefused = (error: Error): boolean =>
  isReply(error) && !/killed|timed out|not enough memory/i.test(error.message);
