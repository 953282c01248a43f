import type { FileHandle } from 'node:fs/promises';
import { createAccounts } from './accounts';
import { createAgents } from './agents';
import { createApiTokens } from './api-tokens';
import { createAudit } from './audit';
import { createBlocklist } from './blocklist';
import { createFileBlobs, type Blobs } from './blobs';
import { createCalendars } from './calendars';
import { createCaps } from './caps';
import { createChannels } from './channels';
import { createConnections } from './connections';
import { createContactFields } from './contact-fields';
import { createContactImports } from './contact-imports';
import { createContacts } from './contacts';
import { createContactLinks } from './contacts/links';
import { createLongLists } from './contacts/long-lists';
import { createCounters } from './counters';
import type { Create, FailAt } from './database/asking';
import type { CollectionPorts } from './database/collection';
import { connect, type ConnectionLimits } from './database/connect';
import { keepInMemory, type KeptInMemory } from './database/kept-in-memory';
import { migrate } from './database/migrate';
import { createOperationCounts } from './database/operation-counts';
import { watchHealth } from './database/watch-health';
import { createDecisions } from './decisions';
import { createDrafts } from './drafts';
import { createEngagements } from './engagements';
import { createEnquiries, type Enquiries } from './enquiries';
import { createEventWebhooks } from './event-webhooks';
import { createEventsDue } from './events-due';
import { createErasing } from './erasing';
import { createErasures } from './erasures';
import { createFigures } from './figures';
import { createFlows } from './flows';
import { createGroups } from './groups';
import { createHints } from './hints';
import { createJobs } from './jobs';
import { createLedger } from './ledger';
import { createLines } from './lines';
import { createLookups } from './lookups';
import { createMailLogins } from './mail-logins';
import { createMessages } from './messages';
import { createMeta } from './meta';
import { createNotices } from './notices';
import { createOutbox } from './outbox';
import { createPasswordLinks } from './password-links';
import { createPersonalValues } from './personal-values';
import { createPresenceHistory } from './presence-history';
import { createRecordedRuns } from './recorded-runs';
import { createRefusedMails } from './refused-mails';
import { createRefusals } from './refusals';
import { createHeldActs } from './held-acts';
import { createReleases } from './releases';
import { createMongoIndex } from './search/mongo-index';
import { createSearchTouched } from './search-touched';
import { createSecrets, type Secrets } from './secrets';
import { createSessions } from './sessions';
import { createShadowRuns } from './shadow-runs';
import { createStandardResponses } from './standard-responses';
import { createBringingDrafts } from './bringing-drafts';
import { createRights } from './rights';
import { createTakingBack } from './taking-back';
import { createTemplates } from './templates';
import { createThreadKeys } from './thread-keys';
import { createUndeliverable } from './undeliverable';
import { createUsers } from './users';
import { createWatchers } from './watchers';

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
  /**
   * This process does all the work on the database: what stands behind an entry in `unsettled` (verdicts of mail that
   * reached its enquiry, contacts, first lines of lists) is written a moment later, together, and always before it is
   * read here. Another process sees it 2 s later at most.
   */
  alone?: boolean;
  limits?: ConnectionLimits;
  /** Clock of what is kept in memory (ms); replaced by tests. */
  now?: () => number;
}

/** Everything about the people outside. */
function openContacts({
  secrets,
  ...ports
}: CollectionPorts & { keep: KeptInMemory; blobs: Blobs; secrets: Secrets; alone: boolean }) {
  const searchTouched = createSearchTouched(ports);
  const touch = searchTouched.note;
  const links = createContactLinks({ ...ports, touch });
  const idOf = (address: string): string => `c-${secrets.digest('contact', address).slice(0, 32)}`;
  return {
    accounts: createAccounts(ports),
    contactFields: createContactFields(ports),
    contactImports: createContactImports(ports),
    contacts: createContacts({ ...ports, idOf, links, touch }),
    erasures: createErasures(ports),
    longLists: createLongLists(ports),
    lookups: createLookups(ports),
    searchTouched,
    /** Search in the database itself, for installations of several machines. */
    searchEntries: createMongoIndex(ports),
  };
}

/** The ledger, and what takes out of it, and out of everything else, who is erased. */
function whatBecameOfMail(
  ports: CollectionPorts & { alone: boolean; blobs: Blobs },
  { people, enquiries }: { people: ReturnType<typeof openContacts>; enquiries: Enquiries },
) {
  const completed = people.contacts.written;
  const ledger = createLedger({ ...ports, ensureListed: enquiries.ensureListed, completed });
  const written = async (): Promise<void> => {
    await ledger.flush();
    await completed();
  };
  return { ledger, erasing: createErasing({ ...ports, touched: people.searchTouched, written }) };
}

function whatAgentsWrite(ports: CollectionPorts & { keep: ReturnType<typeof keepInMemory> }) {
  return {
    drafts: createDrafts(ports),
    standardResponses: createStandardResponses(ports),
    watchers: createWatchers(ports),
  };
}

function openCollections(ports: CollectionPorts, store: StorePorts) {
  const { failAt, dataDir, fsync, writeBlob, alone = false } = store;
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
  const enquiries = createEnquiries({ ...ports, alone });
  const people = openContacts({ ...ports, keep, blobs, secrets, alone });
  return {
    ...people,
    ...whatBecameOfMail({ ...ports, alone, blobs }, { people, enquiries }),
    secrets,
    blobs,
    meta,
    counters,
    hints: createHints(),
    agents: createAgents(ports),
    apiTokens: createApiTokens(ports),
    audit: createAudit(ports),
    blocklist: createBlocklist({ ...ports, keep }),
    calendars: createCalendars({ ...ports, keep }),
    caps: createCaps(ports),
    channels: createChannels({ ...ports, keep }),
    connections: createConnections({ ...ports, keep }),
    decisions: createDecisions(ports),
    engagements: createEngagements({ ...ports, membersOf: people.contacts.links.idsOf }),
    enquiries,
    eventWebhooks: createEventWebhooks({ ...ports, keep }),
    eventsDue: createEventsDue(ports),
    figures: createFigures({ ...ports, nextBatch: () => counters.next('figures-batch', 1) }),
    flows: createFlows(ports),
    groups: createGroups({ ...ports, keep }),
    jobs: createJobs(ports),
    lines: createLines(ports),
    mailLogins: createMailLogins(ports),
    notices: createNotices(ports),
    messages: createMessages({ ...ports, blobs }),
    outbox: createOutbox(ports),
    passwordLinks: createPasswordLinks(ports),
    personalValues: createPersonalValues(ports),
    presenceHistory: createPresenceHistory(ports),
    refusals: createRefusals(ports),
    releases: createReleases(ports),
    heldActs: createHeldActs(ports),
    refusedMails: createRefusedMails({ ...ports, nextNumber: () => counters.next('refused-mails') }),
    sessions: createSessions(ports),
    shadowRuns: createShadowRuns(ports),
    templates: createTemplates({ ...ports, keep }),
    threadKeys: createThreadKeys(ports),
    undeliverable: createUndeliverable({ ...ports, keep }),
    users: createUsers(ports),
    ...whatAgentsWrite({ ...ports, keep }),
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
  const { meta, secrets, ledger, outbox, enquiries, counters, contacts } = collections;
  const keyFingerprint = secrets.digest('fingerprint', 'ringpost');
  const there = async (): Promise<string[]> => (await connection.listCollections()).map((one) => one.name);
  const health = watchHealth(connection);
  return {
    ...collections,
    recordedRuns: createRecordedRuns(collections),
    /** What somebody may now; null when he is unknown or may not sign in. */
    rightsOf: createRights(collections),
    /** Takes an answer back into its author's draft before it leaves; false when it has left. */
    takeBack: createTakingBack(collections),
    /** Shows drafts of one enquiry in another too. */
    bringDrafts: createBringingDrafts(collections),
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
      await contacts.written().catch(() => undefined);
      await connection.close();
    },
  };
}

/** The open store. */
export type Store = Awaited<ReturnType<typeof openStore>>;
