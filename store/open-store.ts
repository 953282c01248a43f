import type { FileHandle } from 'node:fs/promises';
import { createAgents } from './agents';
import { createApiTokens } from './api-tokens';
import { createAudit } from './audit';
import { createBlocklist } from './blocklist';
import { createFileBlobs } from './blobs';
import { createCaps } from './caps';
import { createChannels } from './channels';
import { createConnections } from './connections';
import { createContacts } from './contacts';
import { createCounters } from './counters';
import type { Create, FailAt } from './database/asking';
import type { CollectionPorts } from './database/collection';
import { connect, type ConnectionLimits } from './database/connect';
import { keepInMemory } from './database/kept-in-memory';
import { migrate } from './database/migrate';
import { createOperationCounts } from './database/operation-counts';
import { watchHealth } from './database/watch-health';
import { createDecisions } from './decisions';
import { createDrafts } from './drafts';
import { createEngagements } from './engagements';
import { createEnquiries } from './enquiries';
import { createFigures } from './figures';
import { createFlows } from './flows';
import { createGroups } from './groups';
import { createHints } from './hints';
import { createJobs } from './jobs';
import { createLedger } from './ledger';
import { createLines } from './lines';
import { createMailLogins } from './mail-logins';
import { createMessages } from './messages';
import { createMeta } from './meta';
import { createNotices } from './notices';
import { createOutbox } from './outbox';
import { createPasswordLinks } from './password-links';
import { createRecordedRuns } from './recorded-runs';
import { createRefusedMails } from './refused-mails';
import { createRefusals } from './refusals';
import { createReleases } from './releases';
import { createSecrets } from './secrets';
import { createSessions } from './sessions';
import { createShadowRuns } from './shadow-runs';
import { createTemplates } from './templates';
import { createThreadKeys } from './thread-keys';
import { createUndeliverable } from './undeliverable';
import { createUsers } from './users';

/** What a store is opened with. */
export interface StorePorts {
  uri: string;
  database: string;
  /** Folder for raw mail and attachments. */
  dataDir: string;
  /** At least 16 characters; seals secrets and keys the ids of contacts. */
  secretKey: string;
  /** Called after each write as `<collection>.<operation>`; crash tests only. */
  failAt?: FailAt | undefined;
  /** `false` leaves out fsync of blobs; tests only. */
  fsync?: boolean;
  /** Writes the bytes of a blob; replaced by tests of full disks. */
  writeBlob?: (file: FileHandle, content: Uint8Array) => Promise<void>;
  limits?: ConnectionLimits;
  /** Clock of what is kept in memory (ms); replaced by tests. */
  now?: () => number;
}

function openCollections(ports: CollectionPorts, store: StorePorts) {
  const { failAt, dataDir, fsync, writeBlob } = store;
  const secrets = createSecrets(store.secretKey);
  const blobs = createFileBlobs({
    dataDir,
    failAt,
    ...(fsync === undefined ? {} : { fsync }),
    ...(writeBlob ? { write: writeBlob } : {}),
  });
  const meta = createMeta(ports);
  const keep = keepInMemory(meta, store.now ?? Date.now);
  const counters = createCounters(ports);
  const enquiries = createEnquiries(ports);
  return {
    secrets,
    blobs,
    meta,
    counters,
    hints: createHints(),
    agents: createAgents(ports),
    apiTokens: createApiTokens(ports),
    audit: createAudit(ports),
    blocklist: createBlocklist({ ...ports, keep }),
    caps: createCaps(ports),
    channels: createChannels({ ...ports, keep }),
    connections: createConnections({ ...ports, keep }),
    contacts: createContacts({ ...ports, idOf: (address) => `c-${secrets.digest('contact', address).slice(0, 32)}` }),
    decisions: createDecisions(ports),
    drafts: createDrafts(ports),
    engagements: createEngagements(ports),
    enquiries,
    figures: createFigures({ ...ports, nextBatch: () => counters.next('figures-batch', 1) }),
    flows: createFlows(ports),
    groups: createGroups({ ...ports, keep }),
    ledger: createLedger({ ...ports, ensureListed: enquiries.ensureListed }),
    jobs: createJobs(ports),
    lines: createLines(ports),
    mailLogins: createMailLogins(ports),
    notices: createNotices(ports),
    messages: createMessages({ ...ports, blobs }),
    outbox: createOutbox(ports),
    passwordLinks: createPasswordLinks(ports),
    refusals: createRefusals(ports),
    releases: createReleases(ports),
    refusedMails: createRefusedMails({ ...ports, nextNumber: () => counters.next('refused-mails') }),
    sessions: createSessions(ports),
    shadowRuns: createShadowRuns(ports),
    templates: createTemplates({ ...ports, keep }),
    threadKeys: createThreadKeys(ports),
    undeliverable: createUndeliverable({ ...ports, keep }),
    users: createUsers(ports),
  };
}

/**
 * Opens everything Ringpost remembers: one named object per collection. `StoreAway` when the database cannot be
 * reached within 5 s. Run `migrate` before the first use of a database.
 */
export async function openStore(ports: StorePorts) {
  const counts = createOperationCounts();
  const creates: Create[] = [];
  const connection = await connect(ports.uri, ports.database, ports.limits);
  const collections = openCollections({ connection, counts, failAt: ports.failAt, creates }, ports);
  const { meta, secrets, ledger, outbox, enquiries, counters } = collections;
  const keyFingerprint = secrets.digest('fingerprint', 'ringpost');
  const there = async (): Promise<string[]> => (await connection.listCollections()).map((one) => one.name);
  const health = watchHealth(connection);
  return {
    ...collections,
    recordedRuns: createRecordedRuns(collections),
    /** Commands sent since the last reset. */
    operations: { figures: counts.figures, reset: counts.reset },
    /** Asks the database now; `StoreAway` when it does not answer within 3 s. */
    ping: health.ping,
    /** Whether the last heartbeat (every 2 s) was answered. */
    healthy: health.healthy,
    /** Makes collections and indexes, checks schema version and key; may run again. */
    migrate: () => migrate({ meta, keyFingerprint, there, creates }),
    /** Ends what is on its way and closes. */
    async close(): Promise<void> {
      health.stop();
      const givenBack = counters.giveBack().catch(() => undefined);
      await Promise.all([ledger.flush(), outbox.flush(), enquiries.open.flush(), givenBack]);
      await connection.close();
    },
  };
}

/** The open store. */
export type Store = Awaited<ReturnType<typeof openStore>>;
