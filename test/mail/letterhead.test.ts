import { letterhead, paragraphs } from '../../mail/letterhead';

const signing = {
  agent: 'Ann <Archer>',
  team: 'Day desk',
  channel: 'Acme',
  sender: 'agent-and-team' as const,
  signature: '<p>{{ agent.name }}<br />{{ team.name }}</p>',
  footer: 'Acme Ltd',
};

describe('what stands around an answer', () => {
  test('names the agent and his team, in the sender and in the signature, before the footer', () => {
    expect(letterhead(signing)).toEqual({
      fromName: 'Ann <Archer> (Day desk)',
      html: '<p>Ann &lt;Archer&gt;<br />Day desk</p>\n<p>Acme Ltd</p>',
      text: 'Ann <Archer>\nDay desk\nAcme Ltd',
    });
  });

  test('names the team only where that is wanted, in the signature too', () => {
    const { fromName, text } = letterhead({ ...signing, sender: 'team' });
    expect([fromName, text]).toEqual(['Day desk', 'Day desk\nDay desk\nAcme Ltd']);
  });

  test('DK2.5 shows the agent’s own signature where it is asked for, else where there is no other, and never for the team', () => {
    const own = '<p>Ann, {{ team.name }}</p>';
    const asks = '<p>Kind regards</p>\n<p> {{agent.signature}} </p>\n<p>{{ team.name }}</p>';
    const around = (changes: Partial<Parameters<typeof letterhead>[0]>): string =>
      letterhead({ ...signing, own, footer: '', ...changes }).html;
    expect(around({ signature: asks })).toBe(`<p>Kind regards</p>\n${own}\n<p>Day desk</p>`);
    expect(around({ signature: '<div>{{ agent.signature }}!</div>' })).toBe(`<div>${own}!</div>`);
    expect(around({ signature: '' })).toBe(own);
    expect(around({})).toBe('<p>Ann &lt;Archer&gt;<br />Day desk</p>');
    expect(around({ own: '', signature: asks })).toBe(
      '<p>Kind regards</p>\n<p> Ann &lt;Archer&gt; </p>\n<p>Day desk</p>',
    );
    expect(around({ sender: 'team', signature: asks })).toBe('<p>Kind regards</p>\n<p> Day desk </p>\n<p>Day desk</p>');
    expect(around({ sender: 'team', signature: '' })).toBe('');
  });

  test('is nothing where neither signature nor footer is set', () => {
    expect(letterhead({ ...signing, signature: '', footer: '' })).toMatchObject({ html: '', text: '' });
  });

  test('DK3.2 a plain text shows as it was written', () => {
    expect(paragraphs('Use <br> & more.\nSo.\n\nYours')).toBe('<p>Use &lt;br&gt; &amp; more.<br>So.</p>\n<p>Yours</p>');
  });
});
