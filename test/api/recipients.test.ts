import {
  answerHead,
  cleanRecipients,
  messageToAnswer,
  neverOf,
  ownAddresses,
  recipientChange,
} from '../../api/recipients';
import type { Channel } from '../../store/channels';
import type { Message } from '../../store/messages';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 2, 9, minute));

describe('to whom an answer goes', () => {
  const channel = {
    address: 'support@desk.test',
    aliases: ['help@desk.test'],
    publicAddress: 'hello@shop.test',
    replySubject: 'Your request',
  } as Channel;
  const mail = (changes: Partial<Message>): Message =>
    ({
      direction: 'in',
      from: { address: 'mia@customers.test', name: 'Mia' },
      replyTo: [],
      to: [{ address: 'Support@desk.test', name: '' }],
      cc: [],
      subject: 'Invoice',
      automatic: false,
      otherSender: false,
      at: at(0),
      ...changes,
    }) as Message;
  const addresses = (changes: Partial<Message>) => {
    const answering = { answered: mail(changes), mode: 'reply-all', channel, own: ownAddresses([channel]) } as const;
    const { to, cc, subject } = answerHead(answering);
    return { to: to.map(({ address }) => address), cc: cc.map(({ address }) => address), subject };
  };
  const named = (...all: string[]) => all.map((address) => ({ address, name: '' }));

  test.each([
    ['the sender', {}, { to: ['mia@customers.test'], cc: [], subject: 'Re: Invoice' }],
    ['Reply-To before the sender', { replyTo: named('desk@customers.test') }, { to: ['desk@customers.test'] }],
    [
      'everybody else stays in Cc, our addresses never',
      {
        to: named('support@desk.test', 'boss@customers.test'),
        cc: named('HELP@desk.test', 'hello@shop.test', 'boss@customers.test'),
      },
      { cc: ['boss@customers.test'] },
    ],
    [
      'our Reply-To with its token is ours too, an address with a plus of somebody else is not',
      { cc: named('support+r.e1.abc@desk.test', 'boss+work@customers.test') },
      { cc: ['boss+work@customers.test'] },
    ],
    [
      'a mailing list is never answered, whatever Reply-To it wrote',
      { replyTo: named('users@lists.test'), to: named('users@lists.test'), lists: ['users@lists.test'] },
      { to: ['mia@customers.test'], cc: [] },
    ],
    [
      'of a list that writes itself into From the person in Reply-To is answered',
      {
        from: { address: 'users@lists.test', name: 'Mia via Users' },
        replyTo: named('users@lists.test', 'mia@customers.test'),
        lists: ['users@lists.test'],
      },
      { to: ['mia@customers.test'] },
    ],
    ['the sender is not repeated in Cc', { cc: named('Mia@customers.test') }, { cc: [] }],
    [
      'an answer to our own mail goes to whom that went',
      { direction: 'out', from: { address: 'support@desk.test', name: '' }, to: named('mia@customers.test') },
      { to: ['mia@customers.test'] },
    ],
    ['a subject that is an answer stays', { subject: 'RE: Invoice' }, { subject: 'RE: Invoice' }],
    ['a mail without subject gets that of the channel', { subject: ' ' }, { subject: 'Re: Your request' }],
    ['a mail without sender leaves it to the agent', { from: null }, { to: [] }],
  ] as [string, Partial<Message>, object][])('%s', (_what, changes, expected) => {
    expect(addresses(changes)).toMatchObject(expected);
  });

  test('an answer to who wrote only leaves the others out', () => {
    const answered = mail({ to: named('support@desk.test', 'boss@customers.test') });
    expect(answerHead({ answered, mode: 'reply', channel, own: ownAddresses([channel]) })).toMatchObject({
      to: named('mia@customers.test').map((each) => ({ ...each, name: 'Mia' })),
      cc: [],
    });
  });

  test('everybody gets it once, in the first place he stands; we and the list never', () => {
    const never = neverOf(ownAddresses([channel]), mail({ lists: ['users@lists.test'] }));
    const written = {
      to: ['Mia@customers.test', 'support+r.e1.abc@desk.test'],
      cc: ['mia@customers.test', ' boss@customers.test'],
      bcc: ['BOSS@customers.test', 'users@lists.test', 'tom@customers.test'],
    };
    expect(cleanRecipients(written, never)).toEqual({
      to: ['Mia@customers.test'],
      cc: ['boss@customers.test'],
      bcc: ['tom@customers.test'],
      left: ['support+r.e1.abc@desk.test', 'users@lists.test'],
    });
  });

  test('who is new to the thread and who is missing is told, not who took part before', () => {
    const head = { to: named('mia@customers.test'), cc: named('boss@customers.test') };
    const thread = [mail({}), mail({ direction: 'out', to: named('tom@customers.test') })];
    const written = { to: ['MIA@customers.test'], cc: ['tom@customers.test'], bcc: ['eve@other.test'] };
    expect(recipientChange(written, head, thread)).toEqual({
      added: ['eve@other.test'],
      removed: ['boss@customers.test'],
    });
  });

  test('a mail of a side thread is never the one that is answered by itself', () => {
    const person = mail({ at: at(1) });
    expect(messageToAnswer([person, mail({ at: at(2), side: '7' })])).toBe(person);
  });

  test('answered is the newest mail of a person, not a robot, a stranger or a note', () => {
    const person = mail({ at: at(1) });
    const robot = mail({ at: at(2), automatic: true });
    const stranger = mail({ at: at(3), otherSender: true });
    const note = mail({ at: at(4), direction: 'note' });
    expect(messageToAnswer([note, stranger, person, robot])).toBe(person);
    expect(messageToAnswer([note, robot])).toBe(robot);
    expect(messageToAnswer([note])).toBeNull();
  });
});
