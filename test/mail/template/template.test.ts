import { defaultTemplates } from '../../../mail/default-templates';
import { parseMail } from '../../../mail/parse';
import { threadLookups } from '../../../mail/thread-keys';
import { renderTemplate, variablesOf, type MailTemplate, type TemplateValue } from '../../../mail/template';

const aTemplate = (more: Partial<MailTemplate> = {}): MailTemplate => ({
  subject: 'Re: {{ message.subject }}',
  preview: 'Hello {{contact.name}}',
  html: '<p title="{{ contact.name }}">Hello {{ contact.name | there }}</p>',
  text: null,
  ...more,
});

const values = (name: TemplateValue): Record<string, TemplateValue> => ({
  'contact.name': name,
  'message.subject': 'Order',
});

describe('filling a template', () => {
  test('puts values into their places', () => {
    const mail = renderTemplate(aTemplate({ text: 'Dear {{ contact.name }}' }), values('Ann'));

    expect(mail).toEqual({
      subject: 'Re: Order',
      preview: 'Hello Ann',
      html: '<p title="Ann">Hello Ann</p>',
      text: 'Dear Ann',
      findings: [],
    });
  });

  test.each([null, undefined, '', '  '])('says the words for an empty value (%j)', (empty) => {
    expect(renderTemplate(aTemplate(), values(empty)).html).toBe('<p title="">Hello there</p>');
  });

  test.each<[string, TemplateValue, string]>([
    ['markup', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['quotes and ampersands', `"'&`, '&quot;&#39;&amp;'],
    ['line breaks and other control characters', 'Ann\r\nBcc: x\u0000\u2028y', 'Ann Bcc: x y'],
    ['characters that hide or reorder words', 'A\u202enn\u200b \u2066x', 'Ann x'],
    ['places of its own', '{{ message.subject }}', '{{ message.subject }}'],
    ['a web address', 'see https://evil.com/a?b=c', 'see https[:]//evil[.]com/a?b=c'],
    ['a bare host', 'go to www.evil.example now', 'go to www[.]evil[.]example now'],
    ['a host without www', 'bit.ly/x', 'bit[.]ly/x'],
    ['an email address', 'write to a@evil.co.uk', 'write to a@evil[.]co[.]uk'],
    ['a script', 'javascript:alert(1)', 'javascript[:]alert(1)'],
    ['a number address', 'http://127.0.0.1/', 'http[:]//127[.]0[.]0[.]1/'],
    ['a host with other full stops', 'evil\u3002com', 'evil[.]com'],
    ['an international host', 'bücher.de', 'bücher[.]de'],
    ['words with dots that are no host', 'J.R. has v1.2 of st.john', 'J.R. has v1.2 of st.john'],
    ['a number', 42, '42'],
  ])('makes %s harmless', (_what, value, expected) => {
    expect(renderTemplate(aTemplate({ html: '{{ contact.name }}' }), values(value)).html).toBe(expected);
  });

  test('leaves addresses whole that are our own words, but escapes them', () => {
    const mail = renderTemplate(aTemplate({ html: '{{ contact.name }}' }), values({ own: '<support@x.com>' }));

    expect(mail.html).toBe('&lt;support@x.com&gt;');
  });

  test('gives a value 200 characters, also when breaking its links made it longer', () => {
    const subject = (name: string): string =>
      renderTemplate(aTemplate({ subject: '{{ contact.name }}' }), values(name)).subject;

    expect(subject('ä'.repeat(500))).toBe('ä'.repeat(199).concat('…'));
    expect(subject('a.com '.repeat(100)).length).toBe(200);
    expect(Array.from(subject('😀'.repeat(300)))).toHaveLength(200);
  });

  test('finds what nobody fills, and leaves it empty', () => {
    const mail = renderTemplate(
      aTemplate({ html: '{{ contact.nmae }}, {{ 1 + 1 }}, {{ __proto__ }}{{ constructor }}' }),
      values('Ann'),
    );

    expect(mail.html).toBe(', , ');
    expect(mail.findings.map(({ part, variable }) => [part, variable])).toEqual([
      ['html', 'contact.nmae'],
      ['html', '1 + 1'],
      ['html', '__proto__'],
      ['html', 'constructor'],
    ]);
    expect(mail.findings[0]?.sentence).toBe('The html uses "contact.nmae", which does not exist here.');
  });

  test('names its variables once each', () => {
    expect(variablesOf(aTemplate())).toEqual(['message.subject', 'contact.name']);
  });

  test('comes to an end with a megabyte of braces', () => {
    for (const html of ['{'.repeat(1_000_000), '{{ x'.repeat(250_000), '{{ '.concat(' '.repeat(1_000_000))]) {
      expect(renderTemplate(aTemplate({ html }), values('Ann'))).toMatchObject({ html, findings: [] });
    }
  });
});

describe('the default templates', () => {
  const known = ['contact.name', 'enquiry.number', 'message.subject', 'channel.name', 'agent.name'];

  test.each(Object.entries(defaultTemplates))('%s is whole with every value and with none', (_name, template) => {
    for (const value of ['Ann', null]) {
      const mail = renderTemplate(template, Object.fromEntries(known.map((name) => [name, value])));

      expect(mail.findings).toEqual([]);
      expect(mail.html + mail.subject + mail.preview).not.toMatch(/\{\{|\}\}|undefined|null/);
      expect(mail.html).not.toMatch(/Hello ,|<br><\/p>/);
    }
    expect(variablesOf(template).filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each(Object.entries(defaultTemplates).filter(([, { subject }]) => subject.includes('enquiry.number')))(
    'the subject of %s leads an answer without thread headers back to its enquiry',
    async (_name, template) => {
      const { subject } = renderTemplate(template, { 'message.subject': 'Order', 'enquiry.number': 17 });
      const mail = await parseMail(Buffer.from(`From: mia@customers.test\r\nSubject: AW: ${subject}\r\n\r\nHello`));
      expect(threadLookups(mail, { from: null, to: [] }, [], 'secret').lookups).toEqual([
        { step: 'subject-tag', number: 17 },
      ]);
    },
  );
});
