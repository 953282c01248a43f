import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFlow, pathInTemplate } from '../../../flows';

const text = readFileSync(join(__dirname, '../../../flows/examples/vip-webhook.json'), 'utf8');

/** What is found when a template of the flow names these places. */
const told = (flow: string, template: string, places: string[]): string[] =>
  checkFlow(flow, { templatePlaces: { [template]: places } }).map(
    ({ code, pointer, message, suggestion }) => `${code} ${pointer} ${message}${suggestion ? ` >> ${suggestion}` : ''}`,
  );

describe('a template that a flow names', () => {
  it('may name what every mail knows, and variables and settings of the flow', () => {
    const all = ['contact.name', 'agent.name', 'enquiry.number', 'vars.tier', 'settings.auto-reply'];
    expect(told(text, 'enquiry-closed', all)).toEqual([]);
    expect(told(text, 'support-received', ['contact.email', 'channel.name', 'message.subject'])).toEqual([]);
  });

  it('that names a variable the flow has not is told where the flow names it, with the one that is meant', () => {
    expect(told(text, 'enquiry-closed', ['vars.teir', 'contact.nmae'])).toEqual([
      'E303 /nodes/close-resolved/notify The template "enquiry-closed" has "{{ vars.teir }}", and a mail of this flow knows no such value. Declare it under "variables", or correct the template. >> Did you mean "vars.tier"?',
      'E303 /nodes/close-resolved/notify The template "enquiry-closed" has "{{ contact.nmae }}", and a mail of this flow knows no such value. Correct the template. >> Did you mean "contact.name"?',
    ]);
  });

  it('is looked into where a setting names it, too, and what conditions read no mail knows', () => {
    expect(told(text, 'support-received', ['message.text'])).toEqual([
      expect.stringMatching(
        /^E303 \/settings\/auto-reply\/default The template "support-received" has "\{\{ message.text/,
      ),
    ]);
  });

  it('reads the variables it names: they are not forgotten, and not set too late', () => {
    const forgotten = text
      .replace('"variables": { ', '"variables": { "ticket": { "type": "string", "default": "" }, ')
      .replace('"save": { ', '"save": { "ticket": "/ticket", ');
    expect(told(forgotten, 'enquiry-closed', [])).toEqual([expect.stringMatching(/^W313 \/variables\/ticket /)]);
    expect(told(forgotten, 'enquiry-closed', ['vars.ticket'])).toEqual([]);
    const early = forgotten.replace('{ "setting": "auto-reply" }', '"early"');
    expect(told(early, 'early', ['vars.ticket'])).toEqual([
      expect.stringMatching(/^W314 \/nodes\/acknowledge\/template The node "acknowledge" reads "vars.ticket" before/),
    ]);
  });
});

describe('the place of a template', () => {
  const facts = {
    vars: { tier: 'gold', 'look/tier': 'inner', 'look/own': 1 },
    settings: { group: 'support', 'look/group': 'night' },
    personal: { 'look/name': { seq: null, default: '' } },
  };

  it('is read at the node: in a called flow its own names go before those of the caller', () => {
    const at = (path: string, node: string): string | null => pathInTemplate(facts, path, node);
    expect(at('vars.tier', 'acknowledge')).toBe('vars.tier');
    expect(at('vars.tier', 'look/acknowledge')).toBe('vars.look/tier');
    expect(at('vars.own', 'look/acknowledge')).toBe('vars.look/own');
    expect(at('vars.own', 'acknowledge')).toBeNull();
    expect(at('vars.name', 'look/acknowledge')).toBe('vars.look/name');
    expect(at('settings.group', 'look/acknowledge')).toBe('settings.look/group');
    expect(at('settings.group', 'other/acknowledge')).toBe('settings.group');
    expect(at('vars.constructor', 'acknowledge')).toBeNull();
    expect(at('contact.name', 'acknowledge')).toBeNull();
    expect(at('tier', 'acknowledge')).toBeNull();
  });
});
