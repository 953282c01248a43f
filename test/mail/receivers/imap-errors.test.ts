import { readImapTrouble, type ImapTroubleKind } from '../../../mail/receivers/imap-errors';

const account = { host: 'imap.y.test', user: 'desk', folder: 'INBOX' };

describe('who has to do something about a trouble of IMAP', () => {
  const cases: [string, Record<string, unknown>, ImapTroubleKind][] = [
    [
      'a wrong password',
      { authenticationFailed: true, serverResponseCode: 'AUTHENTICATIONFAILED', response: 'Bad credentials' },
      'sign-in',
    ],
    ['a refused token', { authenticationFailed: true, response: 'AUTHENTICATE failed' }, 'sign-in'],
    [
      'a sign-in while the server is out of order',
      { authenticationFailed: true, serverResponseCode: 'UNAVAILABLE' },
      'server',
    ],
    [
      'a sign-in that may work later',
      { authenticationFailed: true, response: 'Temporary authentication failure' },
      'server',
    ],
    ['a missing folder', { mailboxMissing: true }, 'folder'],
    ['a certificate of nobody', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls'],
    ['STARTTLS that fails', { tlsFailed: true }, 'tls'],
    ['too many requests', { code: 'ETHROTTLE', throttleReset: 30_000 }, 'throttled'],
    ...[
      'ECONNREFUSED',
      'ECONNRESET',
      'EConnectionClosed',
      'NoConnection',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ETIMEOUT',
      'ETIMEDOUT',
      'CONNECT_TIMEOUT',
      'EPIPE',
    ].map((code): [string, Record<string, unknown>, ImapTroubleKind] => [code, { code }, 'network']),
    ['something else', { code: 'LiteralTooLarge' }, 'server'],
  ];

  test.each(cases)('%s', (_what, fields, kind) => {
    const trouble = readImapTrouble(Object.assign(new Error('it failed.'), fields), account);

    expect(trouble.kind).toBe(kind);
    expect(trouble.sentence).toContain(account.host);
    expect(trouble.sentence).toMatch(/[^.]\.$/);
    expect(trouble.waitMs).toBe(fields['throttleReset'] ?? null);
  });

  test('something thrown that is no error', () => {
    expect(readImapTrouble('text', account)).toMatchObject({ kind: 'server' });
    expect(readImapTrouble(null, account)).toMatchObject({ kind: 'server' });
  });
});
