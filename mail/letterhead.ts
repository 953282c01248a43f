import { htmlToText } from './html/html-text';
import { escapeHtml } from './html-document';
import { renderTemplate } from './template';

/** How a sender is named: the agent and his team, or the team only. */
export type SenderName = 'agent-and-team' | 'team';

/** Who signs an answer, and with what. */
export interface Signing {
  agent: string | null;
  /** The agent's own signature, sanitised HTML; absent or empty: he has none. */
  own?: string;
  team: string;
  channel: string;
  sender: SenderName;
  /** HTML with `{{ agent.name }}`, `{{ agent.signature }}`, `{{ team.name }}` and `{{ channel.name }}`; empty for none. */
  signature: string;
  /** Plain text below it; empty for none. */
  footer: string;
}

/** What stands around an agent's words. */
export interface Letterhead {
  fromName: string;
  /** Signature and footer, which go below the words and above a quote; empty where there is neither. */
  html: string;
  text: string;
}

/** A place for the agent's own signature; the paragraph it stands alone in goes with it. */
const OWN = /<p>\s*\{\{\s*agent\.signature\s*(?:\|[^{}]*)?\}\}\s*<\/p>|\{\{\s*agent\.signature\s*(?:\|[^{}]*)?\}\}/g;

/**
 * Names the sender and fills the signature. The agent's own signature stands where it asks for `agent.signature` (his
 * name, where he has none), or by itself where there is no other. With `team` nothing names an agent.
 */
export function letterhead({ agent, own = '', team, channel, sender, signature, footer }: Signing): Letterhead {
  const person = sender === 'team' ? null : agent;
  const values = {
    'agent.name': { own: person ?? team },
    'team.name': { own: team },
    'channel.name': { own: channel },
  };
  const block = person === null ? '' : own;
  const fill = (html: string): string => renderTemplate({ subject: '', preview: '', html }, values).html;
  const asked = signature === '' && block !== '' ? '{{ agent.signature }}' : signature;
  const named = block === '' ? asked.replace(/agent\.signature/g, 'agent.name') : asked;
  // What the agent wrote himself is no template: what stands around it is filled by itself.
  const filled = named.split(OWN).map(fill).join(block).trim();
  return {
    fromName: person === null ? team : `${person} (${team})`,
    html: [filled, footer && paragraphs(footer)].filter(Boolean).join('\n'),
    text: [filled && htmlToText(filled), footer].filter(Boolean).join('\n'),
  };
}

/** A plain text as HTML: what is in it shows as it was written. */
export function paragraphs(text: string): string {
  const parts = text.split(/\n{2,}/).map((each) => `<p>${escapeHtml(each).replace(/\n/g, '<br>')}</p>`);
  return parts.join('\n');
}
