/** Makes HTML safe to show: an allow-list of tags, attributes, styles and URL schemes; nothing is fetched by itself. */
import sanitizeHtml from 'sanitize-html';
import { cleanStyle } from './html/sanitize-css';
import { shallowHtml } from './html/shallow-html';

/** HTML that may be shown in a sandboxed frame. */
export interface SafeHtml {
  html: string;
  /** Something would have been fetched from elsewhere; a removed image keeps its address in `data-remote-src`. */
  remoteContentRemoved: boolean;
  /** Links whose text names another place than they lead to; they carry `data-mismatch`. */
  misleadingLinks: number;
  /** Too many links or too deep: a notice stands in place of the content. */
  refused: boolean;
}

const TAGS = (
  'a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del ' +
  'details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ' +
  'ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time ' +
  'tr tt u ul var wbr'
).split(' ');
const ATTRIBUTES = (
  'style align valign dir lang title width height bgcolor border cellpadding cellspacing colspan rowspan nowrap ' +
  'color face size start type'
).split(' ');
const DATA_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp|bmp);base64,[a-z0-9+/=\s]+$/i;
const NESTING_LIMIT = 100;

/** Limits of one HTML body. */
export interface SanitizeLimits {
  maxLinks: number;
}

/** Makes the HTML of a stranger's mail safe to show. Remote images, styles and everything that runs is removed. */
export function sanitizeMailHtml(html: string, limits: SanitizeLimits = { maxLinks: 5000 }): SafeHtml {
  const found: Found = { remote: hasRemoteParts(html), misleading: 0 };
  if (countLinks(html, limits.maxLinks) > limits.maxLinks) {
    return {
      html: `<p>This mail holds more than ${limits.maxLinks} links and is not shown. Its original can be downloaded.</p>`,
      remoteContentRemoved: found.remote,
      misleadingLinks: 0,
      refused: true,
    };
  }
  const clean = cleaned(html, (tag, attribs) => ({
    ...shownAttributes(attribs, found),
    ...ownAttributes(tag, attribs, found),
  }));
  const marked = markMisleadingLinks(clean, found);
  return { html: marked, remoteContentRemoved: found.remote, misleadingLinks: found.misleading, refused: false };
}

/** Makes what an agent wrote safe to store and send: the same allow-list, but remote images of http(s) may stay. */
export function sanitizeAgentHtml(written: string): SafeHtml {
  const found = { remote: false, misleading: 0 };
  const html = cleaned(written, (tag, attribs) => {
    const out = shownAttributes(attribs, found);
    for (const name of tag === 'a' ? ['href'] : tag === 'img' ? ['src', 'alt'] : []) {
      const value = attribs[name];
      if (value !== undefined) out[name] = value;
    }
    return out;
  });
  return { html, remoteContentRemoved: false, misleadingLinks: 0, refused: false };
}

/** Frames, linked files and style sheets that fetch; all of them are dropped with their content. */
function hasRemoteParts(html: string): boolean {
  if (/<(?:link|base|frame|iframe|embed|object)\b/i.test(html)) return true;
  return /<style\b/i.test(html) && /(?:url\s{0,9}\(|@import)[\s'"]{0,9}(?:url\(['"]?)?(?:https?:)?\/\//i.test(html);
}

/** Runs the library; `attributes` gives what a tag may keep, before its own rules look at it. */
function cleaned(
  html: string,
  attributes: (tag: string, attribs: sanitizeHtml.Attributes) => sanitizeHtml.Attributes,
): string {
  return sanitizeHtml(shallowHtml(html), {
    ...rules(),
    // One transformation for all tags: the library runs this one after a tag's own and would undo it.
    transformTags: { '*': (tagName, attribs) => ({ tagName, attribs: attributes(tagName, attribs) }) },
  });
}

function ownAttributes(tag: string, attribs: sanitizeHtml.Attributes, found: Found): sanitizeHtml.Attributes {
  if (tag === 'a') return linkAttributes(attribs);
  return tag === 'img' ? imageAttributes(attribs, found) : {};
}

function rules(): sanitizeHtml.IOptions {
  return {
    allowedTags: TAGS,
    allowedAttributes: {
      '*': ATTRIBUTES,
      a: ['href', 'rel', 'target', 'name', 'data-mismatch'],
      img: ['src', 'alt', 'data-remote-src'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel', 'cid'],
    allowedSchemesByTag: { img: ['http', 'https', 'cid', 'data'], a: ['http', 'https', 'mailto', 'tel'] },
    allowedSchemesAppliedToAttributes: ['href', 'src', 'data-remote-src'],
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    disallowedTagsMode: 'discard',
    // `xml`: what Word keeps about a text it puts on the clipboard.
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'xml'],
    nestingLimit: NESTING_LIMIT,
  };
}

interface Found {
  remote: boolean;
  misleading: number;
}

function shownAttributes(attribs: sanitizeHtml.Attributes, found: Found): sanitizeHtml.Attributes {
  const out: sanitizeHtml.Attributes = {};
  for (const name of ATTRIBUTES) {
    const value = attribs[name];
    if (value !== undefined && name !== 'style' && /^[^<>"\\]{0,500}$/.test(value) && !isInvisible(name, value))
      out[name] = value;
  }
  if (attribs.style !== undefined) {
    const { style, remote } = cleanStyle(attribs.style);
    if (style) out.style = style;
    found.remote ||= remote;
  }
  if (['src', 'srcset', 'background', 'poster', 'data', 'lowsrc', 'dynsrc'].some((name) => isRemote(attribs[name])))
    found.remote = true;
  return out;
}

/** `<font color=white>` and `<font size=0>` hide text as styles do. */
function isInvisible(name: string, value: string): boolean {
  return (
    (name === 'color' && /^(?:white|#f{3}|#f{6}|transparent)$/i.test(value.trim())) ||
    (name === 'size' && /^-?0/.test(value))
  );
}

function imageAttributes(attribs: sanitizeHtml.Attributes, found: Found): sanitizeHtml.Attributes {
  const src = (attribs.src ?? '').trim();
  const out: sanitizeHtml.Attributes = attribs.alt ? { alt: attribs.alt.slice(0, 500) } : {};
  if (/^cid:/i.test(src) || DATA_IMAGE.test(src)) return { ...out, src };
  const remote = isRemote(src) ? src : (attribs['data-remote-src'] ?? '').trim();
  if (!isRemote(remote)) return out;
  found.remote = true;
  return { ...out, 'data-remote-src': remote.startsWith('//') ? `https:${remote}` : remote };
}

function linkAttributes(attribs: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const href = attribs.href?.replace(/[\p{Cc}\s]+/gu, '');
  const name: sanitizeHtml.Attributes = attribs.name ? { name: attribs.name.replace(/[^\w.-]/g, '') } : {};
  // Without a scheme it would lead into our own site.
  if (!href || !/^(?:[a-z][a-z\d+.-]*:|#)/i.test(href)) return name;
  return { ...name, href, target: '_blank', rel: 'nofollow noreferrer noopener' };
}

const isRemote = (url: string | undefined): boolean => /^\s*(?:(?:https?|ftp):|\/\/)/i.test(url ?? '');

/** Shows where a link leads when its own text names another host. */
function markMisleadingLinks(html: string, found: Found): string {
  return html.replace(
    /<a\b([^<>]*\bhref="(https?:[^"<>]*)"[^<>]*)>((?:(?!<\/?a\b)[\s\S]){0,2000}?)<\/a>/gi,
    (whole, attributes: string, href: string, inner: string) => {
      const text = inner
        .replace(/<[^<>]*>/g, '')
        .replace(/&amp;/g, '&')
        .trim();
      const named = /^(?:https?:\/\/)?((?:[\w-]+\.)+[a-z]{2,24})(?:[/:?#]|$)/i.exec(text)?.[1];
      const url = href.replace(/&amp;/g, '&');
      if (!named || sameSite(named, hostOf(url))) return whole;
      found.misleading += 1;
      const rest = attributes.replace(/\s(?:title|data-mismatch)="[^"]*"/gi, '');
      return `<a${rest} title="${href}" data-mismatch="true">${inner}</a>`;
    },
  );
}

function sameSite(named: string, host: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replace(/^www\./, '');
  return bare(named) === bare(host) || bare(host).endsWith(`.${bare(named)}`);
}

function hostOf(url: string): string {
  try {
    return new URL(url).hostname;
  } catch {
    return '';
  }
}

function countLinks(html: string, limit: number): number {
  let count = 0;
  const tags = /<a[\s/]/gi;
  while (count <= limit && tags.test(html)) count += 1;
  return count;
}
