import {
  classifyDeliveryError,
  readDeliveryError,
  type DeliveryError,
  type DeliveryFault,
} from '../../../mail/delivery-errors';

describe('what an error of sending asks for', () => {
  const cases: [string, Partial<DeliveryError>, boolean, DeliveryFault][] = [
    ['a 4xx that nodemailer calls EENVELOPE', { code: 'EENVELOPE', responseCode: 451 }, true, 'temporary'],
    ['a 4xx that nodemailer calls EAUTH', { code: 'EAUTH', responseCode: 454 }, false, 'temporary'],
    ['a 5xx to a mail', { code: 'EMESSAGE', responseCode: 554 }, true, 'permanent'],
    ['a 5xx before the session', { code: 'EPROTOCOL', responseCode: 554 }, false, 'broken-channel'],
    ['503', { responseCode: 503 }, true, 'temporary'],
    ['530 to a sender', { responseCode: 530 }, true, 'broken-channel'],
    ['an unexpected 250', { responseCode: 250 }, true, 'temporary'],
    ['a refused sign-in without an answer', { code: 'EAUTH' }, false, 'broken-channel'],
    ['a missing sign-in', { code: 'ENOAUTH' }, false, 'broken-channel'],
    ['a token that cannot be had', { code: 'EOAUTH2' }, false, 'broken-channel'],
    ['TLS that does not come about', { code: 'ETLS' }, false, 'broken-channel'],
    ['TLS that the network cut off', { code: 'ETLS', originalCode: 'ECONNRESET' }, false, 'temporary'],
    ['no SMTP at all', { code: 'EPROTOCOL' }, false, 'broken-channel'],
    [
      'a certificate of nobody',
      { code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      false,
      'broken-channel',
    ],
    [
      'a certificate for another name',
      { code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      false,
      'broken-channel',
    ],
    ['a refused connection', { code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, false, 'temporary'],
    ['a name that exists nowhere', { code: 'EDNS', originalCode: 'ENOTFOUND' }, false, 'broken-channel'],
    ['a resolver that does not answer', { code: 'EDNS', originalCode: 'EAI_AGAIN' }, false, 'temporary'],
    ['a broken connection', { code: 'ECONNECTION' }, true, 'temporary'],
    ['silence', { code: 'ETIMEDOUT' }, true, 'temporary'],
    ['an address that nodemailer refuses', { code: 'EENVELOPE' }, true, 'permanent'],
    ["a mail over the server's SIZE", { code: 'EMESSAGE' }, true, 'permanent'],
    ['anything else', {}, true, 'temporary'],
  ];

  test.each(cases)('%s', (_what, error, inSession, expected) => {
    expect(classifyDeliveryError({ message: 'x', ...error }, inSession)).toBe(expected);
  });

  test('reads whatever was thrown', () => {
    expect(readDeliveryError('text')).toMatchObject({ message: 'text' });
    expect(
      readDeliveryError(Object.assign(new Error('no'), { code: 'EAUTH', responseCode: 535, response: '535 no' })),
    ).toMatchObject({ message: 'no', code: 'EAUTH', responseCode: 535, response: '535 no' });
  });
});
