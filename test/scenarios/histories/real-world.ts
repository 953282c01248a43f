/** A corner of a running installation: people act by SMTP and the API, the process dies by kill -9, the store is only read. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnquiryState } from '../../../flows';
import { openStore, type Store } from '../../../store';
import { checkPromises } from '../../activities/model/check';
import type { Model } from '../../activities/model/commands';
import { newAgent, type Answer, type Colleague, type Problem } from '../../support/colleague';
import type { Email } from '../../support/customer';
import type { DemoDesk } from '../../support/demo-desk';
import { startDeskOnOwnServers } from '../../support/desk-on-own-servers';
import { says } from '../../support/desk-work';
import { found } from '../../support/found';

/** Three agents, an installation that is killed, servers that are not, and a look into the store. */
export interface Installation {
  desk: DemoDesk;
  agents: readonly Colleague[];
  store: Store;
  /** `kill -9`, and a new start. */
  die(): Promise<void>;
  end(): Promise<void>;
}

/** Starts it all. */
export async function install(): Promise<Installation> {
  const { desk, mongoUri, end } = await startDeskOnOwnServers({
    // Whom histories let miss much is rung on.
    RINGPOST_MISSES_IN_A_ROW: '100',
  });
  const cy = await newAgent(desk.product, desk.admin, 'cy');
  const dataDir = await mkdtemp(join(tmpdir(), 'ringpost-looking-'));
  const store = await openStore({
    uri: mongoUri,
    database: 'ringpost',
    dataDir,
    secretKey: 'of one who only reads',
    fsync: false,
  });
  return {
    desk,
    agents: [desk.ann, desk.bob, cy],
    store,
    async die() {
      await desk.product.kill();
      await desk.product.start();
    },
    async end() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
      await end();
    },
  };
}

/** Longest that all comes to rest after a death: the clock looks at lines and offers that are half a minute old. */
const QUIET_MS = 120_000;

/** One history in an installation, with what is known of it. */
export class RealWorld {
  readonly beyond: string[] = [];
  /** The mail that began each enquiry. */
  readonly firstMails = new Map<string, Email>();
  deaths = 0;
  private watching: Promise<void> | null = null;
  private over = false;
  readonly installation: Installation;
  readonly model: Model;
  readonly address: string;
  readonly quietMs: number;

  constructor(installation: Installation, model: Model, address: string, quietMs = QUIET_MS) {
    this.installation = installation;
    this.model = model;
    this.address = address;
    this.quietMs = quietMs;
  }

  get store(): Store {
    return this.installation.store;
  }

  get desk(): DemoDesk {
    return this.installation.desk;
  }

  colleague(id: string): Colleague {
    const one = this.installation.agents.find((each) => each.id === id);
    if (!one) throw new Error(`there is no agent ${id}`);
    return one;
  }

  async state(enquiry: string): Promise<EnquiryState | null> {
    return (await this.store.enquiries.get(enquiry))?.state ?? null;
  }

  /** Does it, and lets the process die so long after it was begun; null: it lives. */
  async living<T>(killAfterMs: number | null, does: () => Promise<T>): Promise<T> {
    const done = does();
    if (killAfterMs === null) return done;
    // Until then it may fail for any reason that a death gives.
    done.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, killAfterMs));
    await this.installation.die();
    this.deaths += 1;
    return done;
  }

  /** A request that is repeated with its key until its outcome is known, whatever dies meanwhile. */
  ask(killAfterMs: number | null, who: Colleague, path: string, body: object, key: string): Promise<Answer<Problem>> {
    const known = async (): Promise<Answer<Problem> | null> => {
      const answer = await who.ask('POST', path, body, key).catch(() => null);
      return answer === null || answer.status === 202 || answer.status >= 500 ? null : answer;
    };
    return this.living(killAfterMs, () => found(`the outcome of ${path}`, known, 90_000));
  }

  /** Looks all the time whether anybody is reserved beyond his capacity: by contacts who write again he may hold more. */
  watch(): void {
    const look = async (): Promise<void> => {
      while (!this.over) {
        for (const { _id, slots, capacity } of await this.store.agents.getMany([...this.model.agents.keys()])) {
          const reserved = Object.entries(slots).filter(([, { decision }]) => decision !== 'held');
          if (reserved.length > capacity)
            this.beyond.push(`${_id}: ${reserved.map(([id]) => id).join()} of ${capacity}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    this.watching = look();
  }

  /** Waits until every promise holds, as it must when all has come to rest; fails with the first that does not. */
  async quiet(): Promise<void> {
    const until = Date.now() + this.quietMs;
    for (;;) {
      const enquiries = await this.store.enquiries.getMany([...this.model.enquiries.keys()]);
      const runs = new Map(enquiries.map(({ _id, state }) => [_id, { state }]));
      const { store, beyond } = this;
      try {
        await checkPromises(this.model, { store, runs, beyond, at: Date.now() });
        return;
      } catch (failure) {
        if (Date.now() > until || beyond.length > 0) throw failure;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stopWatching(): Promise<void> {
    this.over = true;
    await this.watching;
  }

  /** Closes what is open, so that the agents are free for the next. */
  async end(): Promise<void> {
    await this.stopWatching();
    for (const agent of this.installation.agents) await says(agent, 'away');
    for (const [enquiry, one] of this.model.enquiries) {
      if (!one.open) continue;
      const closed = async (): Promise<true | null> => {
        const { status } = await this.desk.admin.ask('POST', `/v1/enquiries/${enquiry}/close`, { notify: false });
        return status === 200 || (await this.store.enquiries.get(enquiry))?.closedAt ? true : null;
      };
      await found(`${enquiry} to be closed`, closed, 60_000);
    }
    const ids = [...this.model.agents.keys()];
    await found(
      'everybody to be free',
      async () => ((await this.store.agents.getMany(ids)).every(({ load }) => load === 0) ? true : null),
      this.quietMs,
    );
  }
}
