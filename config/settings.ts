import {
  address,
  duration,
  flag,
  folder,
  networks,
  oneOf,
  oneOfNumbers,
  optional,
  pattern,
  port,
  secret,
  size,
  whole,
  words,
  type Setting,
} from './setting-kinds';

const QUEUE = /^[a-z0-9][a-z0-9-]{0,62}$/;
const QUEUE_WORDS = 'small letters, digits and hyphens, at most 63';
const ENGAGEMENT_DAYS = [1, 3, 7, 14, 30, 60, 90];
const MONGO_URI = /^mongodb(\+srv)?:\/\/[^\s/]+/;
const KEY = /^([0-9a-f]{64}|[A-Za-z0-9+/_-]{43}=?)$/;

/** Every setting of Ringpost, declared once; `config.ts` reads them, the settings page is made from them. */
export const settings = {
  dataDir: folder('RINGPOST_DATA_DIR', './data', 'Folder of everything that must survive: back this up'),
  cacheDir: folder('RINGPOST_CACHE_DIR', '~/.cache/ringpost', 'Folder for server programs that were obtained'),
  bindAddress: address('RINGPOST_BIND_ADDRESS', '127.0.0.1', 'Address the API and the console listen on'),
  apiPort: port('RINGPOST_API_PORT', 4080, 'Port of the API and the console'),
  smtpBindAddress: address('RINGPOST_SMTP_BIND_ADDRESS', '127.0.0.1', 'Address the SMTP listener listens on'),
  smtpPort: port('RINGPOST_SMTP_PORT', 2525, 'Port of the SMTP listener'),
  publicBind: flag('RINGPOST_PUBLIC_BIND', false, 'Must be on before anything listens beyond this machine'),
  publicUrl: optional(
    pattern(
      'RINGPOST_PUBLIC_URL',
      '',
      'Address of the console in links we send',
      /^https?:\/\/[^\s/]+\/?$/,
      'http(s)://host',
    ),
  ),
  trustedProxies: whole(
    'RINGPOST_TRUSTED_PROXIES',
    0,
    'Proxies in front of the API whose word on the client counts',
    [0, 5],
  ),
  privateNetworks: networks(
    'RINGPOST_PRIVATE_NETWORKS',
    '',
    'Private networks in which a mail server or a connection may be reached; without it none',
  ),

  temporalAddress: optional(
    pattern(
      'TEMPORAL_ADDRESS',
      '',
      'A Temporal that runs elsewhere; ours is not started',
      /^[^\s:/]+:\d{1,5}$/,
      'host:port',
    ),
  ),
  temporalTls: optional(
    flag(
      'TEMPORAL_TLS',
      false,
      'TLS to that Temporal; by itself when a certificate, a server name or an API key is given',
    ),
  ),
  temporalTlsCa: optional(
    folder('TEMPORAL_TLS_SERVER_CA_CERT_PATH', '', "PEM file of the authority of that Temporal's certificate"),
  ),
  temporalTlsCert: optional(folder('TEMPORAL_TLS_CLIENT_CERT_PATH', '', 'PEM file of our certificate (mTLS)')),
  temporalTlsKey: optional(folder('TEMPORAL_TLS_CLIENT_KEY_PATH', '', 'PEM file of its key')),
  temporalTlsServerName: optional(
    pattern(
      'TEMPORAL_TLS_SERVER_NAME',
      '',
      'Name its certificate is for, where it is not the host',
      /^[\w.-]{1,253}$/,
      'a host name',
    ),
  ),
  temporalApiKey: secret(
    optional(
      pattern('TEMPORAL_API_KEY', '', 'API key of a Temporal Cloud namespace', /^\S{8,}$/, 'a key without spaces'),
    ),
  ),
  mongoUri: secret(
    optional(
      pattern('MONGODB_URI', '', 'A MongoDB that runs elsewhere; ours is not started', MONGO_URI, 'mongodb://host/'),
    ),
  ),
  mongoDatabase: pattern('RINGPOST_MONGO_DATABASE', 'ringpost', 'Name of the database', QUEUE, QUEUE_WORDS),
  namespace: pattern(
    'RINGPOST_NAMESPACE',
    'ringpost',
    'Temporal namespace; in Temporal Cloud with its account, as in desk.a1b2c',
    /^[a-z0-9][a-z0-9.-]{0,62}$/,
    'small letters, digits, hyphens and points, at most 63',
  ),
  retentionDays: whole('RINGPOST_RETENTION_DAYS', 30, 'Days Temporal keeps closed runs', [1, 365]),
  fsync: flag('RINGPOST_FSYNC', true, 'Whether the embedded database forces each commit to the disk'),
  downloads: flag('RINGPOST_DOWNLOADS', true, 'Whether server programs may be downloaded from their makers'),
  taskQueue: pattern(
    'RINGPOST_TASK_QUEUE',
    'ringpost',
    'Task queue of workflows and store activities',
    QUEUE,
    QUEUE_WORDS,
  ),
  mailTaskQueue: pattern(
    'RINGPOST_MAIL_TASK_QUEUE',
    'ringpost-mail',
    'Task queue of activities that talk to mail servers',
    QUEUE,
    QUEUE_WORDS,
  ),
  maxCachedWorkflows: whole('RINGPOST_MAX_CACHED_WORKFLOWS', 100, 'Runs a worker keeps in memory', [2, 10_000]),
  secretKey: secret(
    optional(
      pattern(
        'RINGPOST_SECRET_KEY',
        '',
        'Key of the secrets at rest; without it one is made in the data folder',
        KEY,
        '32 bytes as 64 hex digits or base64',
      ),
    ),
  ),
  logLevel: oneOf('RINGPOST_LOG_LEVEL', 'info', 'Least important lines that are logged', [
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
    'silent',
  ]),

  maxInboundBytes: size('RINGPOST_MAX_INBOUND', 40, 'Largest mail taken in', [1, 150]),
  maxOutboundBytes: size('RINGPOST_MAX_OUTBOUND', 25, 'Largest mail sent', [1, 150]),
  smtpMaxConnections: whole('RINGPOST_SMTP_MAX_CONNECTIONS', 200, 'SMTP connections at once', [1, 10_000]),
  smtpMaxConnectionsPerClient: whole(
    'RINGPOST_SMTP_MAX_CONNECTIONS_PER_CLIENT',
    50,
    'SMTP connections at once from one address',
    [1, 10_000],
  ),
  smtpMaxRecipients: whole('RINGPOST_SMTP_MAX_RECIPIENTS', 100, 'Recipients of one mail', [1, 1000]),
  smtpMailsPerMinute: whole('RINGPOST_SMTP_MAILS_PER_MINUTE', 3000, 'Mails a minute from one address', [1, 1_000_000]),
  smtpIdleMs: duration('RINGPOST_SMTP_IDLE', '60s', 'Silence after which an SMTP connection is closed', [
    '1s',
    '10min',
  ]),
  channelStartsPerMinute: whole(
    'RINGPOST_CHANNEL_STARTS_PER_MINUTE',
    600,
    'New enquiries a minute per channel; more mail is held',
    [1, 1_000_000],
  ),
  parseTimeoutMs: duration('RINGPOST_PARSE_TIMEOUT', '20s', 'Time to read one mail before it is quarantined', [
    '100ms',
    '5min',
  ]),
  parserMemoryMb: whole('RINGPOST_PARSER_MEMORY_MB', 512, 'Memory of the thread that reads mail, in MiB', [64, 8192]),
  verifyTimeoutMs: duration('RINGPOST_VERIFY_TIMEOUT', '5s', 'Time for SPF, DKIM and DMARC look-ups of one mail', [
    '100ms',
    '1min',
  ]),
  settleAgainAfterMs: duration(
    'RINGPOST_SETTLE_AGAIN_AFTER',
    '30s',
    'Age from which an unsettled entry is settled again',
    ['1s', '1h'],
  ),
  rpcDeadlineMs: duration('RINGPOST_RPC_DEADLINE', '10s', 'Time intake waits for Temporal before it answers 451', [
    '1s',
    '1min',
  ]),
  updateWaitMs: duration(
    'RINGPOST_UPDATE_WAIT',
    '5s',
    "Time the API waits for an act's outcome before it answers 202",
    ['1s', '1min'],
  ),
  drainMs: duration('RINGPOST_DRAIN', '20s', 'Time to finish what is in hand at a stop', ['1s', '10min']),

  ringTimeoutMs: duration('RINGPOST_RING_TIMEOUT', '60s', 'Time to accept an offer', ['1s', '1h']),
  queueTimeoutMs: duration(
    'RINGPOST_QUEUE_TIMEOUT',
    '15min',
    'Time an enquiry waits for an agent before it is missed',
    ['1s', '30d'],
  ),
  missesInARow: whole(
    'RINGPOST_MISSES_IN_A_ROW',
    3,
    'Missed offers in a row before an agent is notResponding',
    [1, 100],
  ),
  presenceLeaseMs: duration(
    'RINGPOST_PRESENCE_LEASE',
    '45s',
    'Time without heartbeat after which an agent is offline',
    ['5s', '1h'],
  ),
  autoAwayMs: duration('RINGPOST_AUTO_AWAY', '10min', 'Time without input after which an agent is away; 0s: never', [
    '0s',
    '1d',
  ]),
  handBackAfterMs: duration(
    'RINGPOST_HAND_BACK_AFTER',
    '0s',
    'Time an agent is offline until what awaits him goes back to its group; 0s: never',
    ['0s', '30d'],
  ),
  heartbeatMs: duration('RINGPOST_HEARTBEAT', '15s', "Pause between a console's heartbeats", ['1s', '10min']),
  capacity: whole('RINGPOST_CAPACITY', 5, 'Enquiries awaiting an agent he may hold', [1, 1000]),
  engagementDays: oneOfNumbers(
    'RINGPOST_ENGAGEMENT_DAYS',
    30,
    'Days an engagement lasts from the last message',
    ENGAGEMENT_DAYS,
  ),
  engagementPatienceMs: duration(
    'RINGPOST_ENGAGEMENT_PATIENCE',
    '10min',
    'Time a contact waits for the busy agent he is bound to',
    ['0s', '30d'],
  ),
  idleCloseMs: duration('RINGPOST_IDLE_CLOSE', '7d', 'Silence of the contact after which an enquiry closes', [
    '1min',
    '365d',
  ]),
  idleWarningMs: duration('RINGPOST_IDLE_WARNING', '2d', 'Warning of the contact before it', ['0s', '365d']),
  reopenWithinMs: duration('RINGPOST_REOPEN_WITHIN', '14d', 'Time after a close in which a reply may reopen', [
    '0s',
    '365d',
  ]),
  undoMs: duration('RINGPOST_UNDO', '10s', 'Time in which a sent reply or a close can be taken back', ['0s', '10min']),
  dispositions: words('RINGPOST_DISPOSITIONS', 'What agents may close with; any words when empty'),
  undeliverableMs: duration(
    'RINGPOST_UNDELIVERABLE_FOR',
    '30d',
    'Time in which an address that mail came back from gets no automatic mail',
    ['1min', '365d'],
  ),
  autoRepliesPerEnquiry: whole('RINGPOST_AUTO_REPLIES_PER_ENQUIRY', 1, 'Auto-replies of one enquiry', [0, 10]),
  autoRepliesPerSender: whole(
    'RINGPOST_AUTO_REPLIES_PER_SENDER',
    10,
    'Auto-replies to one sender in the window',
    [0, 1000],
  ),
  autoReplyWindowMs: duration('RINGPOST_AUTO_REPLY_WINDOW', '180min', 'Window of auto-replies per sender', [
    '1min',
    '30d',
  ]),
  automaticMailsPerChannel: whole(
    'RINGPOST_AUTOMATIC_MAILS_PER_CHANNEL',
    100,
    'Automatic mails of a channel in the window, then held',
    [0, 100_000],
  ),
  automaticMailWindowMs: duration('RINGPOST_AUTOMATIC_MAIL_WINDOW', '10min', 'Window of automatic mails per channel', [
    '1min',
    '1d',
  ]),
  sessionMs: duration('RINGPOST_SESSION', '12h', 'Time a sign-in lasts', ['5min', '30d']),
  invitationMs: duration('RINGPOST_INVITATION', '72h', 'Time an invitation is good for', ['5min', '30d']),
  passwordResetMs: duration('RINGPOST_PASSWORD_RESET', '30min', 'Time a password reset link is good for', [
    '5min',
    '1d',
  ]),

  signIn: secret(
    optional(
      pattern('RINGPOST_SIGN_IN', '', 'Who the command line asks as', /^[^\s:@]+@[^\s:]+:.+$/, 'email:password'),
    ),
  ),
  server: optional(
    pattern(
      'RINGPOST_SERVER',
      '',
      'Where the commands that ask a server find it',
      /^https?:\/\/[^\s/]+\/?$/,
      'http(s)://host',
    ),
  ),
  token: secret(
    optional(
      pattern('RINGPOST_TOKEN', '', 'API token of the commands that ask a server', /^[\w~+/.-]{1,200}=*$/, 'a token'),
    ),
  ),
  test: flag('RINGPOST_TEST', false, 'Says that this is a test run (NODE_ENV=test does too)'),
  failAt: optional(
    pattern(
      'RINGPOST_FAIL_AT',
      '',
      'Fail point of crash tests; refused outside tests',
      /^[a-z0-9.:-]+$/i,
      'a fail point',
    ),
  ),
} satisfies Record<string, Setting<unknown>>;
