/** Style attributes by an allow-list: what makes mail look right stays, what hides text or fetches something goes. */

const COLOR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,24}|(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\))$/i;
const LENGTH = /^(?:auto|0|normal|(?:\d{1,4}(?:\.\d{1,4})?)(?:px|pt|em|rem|ex|cm|mm|in|pc|%|vw|ch)?)$/i;
const LENGTHS = /^(?:(?:auto|\d{1,4}(?:\.\d{1,4})?(?:px|pt|em|rem|ex|cm|mm|in|pc|%|vw|ch)?)\s*){1,4}$/i;
const BORDER = /^[\w\s#.%(),-]{1,80}$/i;
const WORD = /^[a-z][a-z-]{1,30}$/i;

const SHOWN =
  /^(?:block|inline|inline-block|table|inline-table|table-(?:row|cell|row-group|header-group|footer-group|caption)|list-item|flex|inline-flex)$/i;

const PROPERTIES: [RegExp, (value: string) => boolean][] = [
  [
    /^(?:color|background-color|border(?:-(?:top|right|bottom|left))?-color|text-decoration-color)$/,
    (v) => COLOR.test(v),
  ],
  [/^background$/, (v) => COLOR.test(v)],
  [/^font-size$/, isReadableSize],
  [/^line-height$/, (v) => LENGTH.test(v) && !/^0(?:\.\d*)?(?:px|pt|em|rem|%)?$/i.test(v)],
  [/^font-family$/, (v) => /^[\w\s,'"-]{1,200}$/.test(v)],
  [/^font-(?:weight|style|variant)$/, (v) => /^(?:\d{3}|[a-z-]{3,20})$/i.test(v)],
  [/^(?:padding|margin)(?:-(?:top|right|bottom|left))?$/, (v) => LENGTHS.test(v)],
  [
    /^(?:border|border-(?:top|right|bottom|left)|border-(?:style|width|collapse|spacing|radius))$/,
    (v) => BORDER.test(v) && !v.includes('url'),
  ],
  [/^(?:width|max-width|min-width)$/, (v) => LENGTH.test(v) && !/^0(?:px|pt|em|%)?$/i.test(v)],
  [/^(?:height|min-height)$/, (v) => LENGTH.test(v) && !/^[01](?:px|pt)?$/i.test(v)],
  [
    /^(?:text-align|vertical-align|text-decoration|text-decoration-line|text-transform|white-space|word-break|word-wrap|overflow-wrap|table-layout|list-style-type|direction|float|clear|empty-cells|caption-side)$/,
    (v) => WORD.test(v),
  ],
  [/^display$/, (v) => SHOWN.test(v)],
  [/^(?:letter-spacing|word-spacing)$/, (v) => /^(?:normal|\d(?:\.\d{1,3})?(?:px|pt|em))$/i.test(v)],
  [/^text-indent$/, (v) => /^\d{1,3}(?:px|pt|em)?$/i.test(v)],
];

const MAX_DECLARATIONS = 100;

/** A style attribute reduced to what is allowed, and whether something remote was dropped. */
export function cleanStyle(style: string): { style: string; remote: boolean } {
  const declarations = new Map<string, string>();
  let remote = false;
  for (const piece of splitDeclarations(style.slice(0, 20000)).slice(0, MAX_DECLARATIONS)) {
    const colon = piece.indexOf(':');
    if (colon < 0) continue;
    const property = piece.slice(0, colon).trim().toLowerCase();
    const value = piece
      .slice(colon + 1)
      .replace(/!\s*important/i, '')
      .trim();
    if (/url\s*\(\s*['"]?\s*(?:https?:)?\/\//i.test(value)) remote = true;
    if (/[\\<>@]|\/\*|url\s*\(|expression|javascript|var\s*\(/i.test(value)) continue;
    if (PROPERTIES.some(([name, allowed]) => name.test(property) && allowed(value))) declarations.set(property, value);
  }
  dropInvisible(declarations);
  return { style: [...declarations].map(([property, value]) => `${property}: ${value}`).join('; '), remote };
}

/** Text must not have the colour of what it stands on; white text needs a ground of its own. */
function dropInvisible(declarations: Map<string, string>): void {
  const color = shade(declarations.get('color'));
  const ground = shade(declarations.get('background-color') ?? declarations.get('background'));
  if (color === null) return;
  if (color === ground || (color === 'white' && ground === null) || color === 'none') declarations.delete('color');
}

function shade(color: string | undefined): string | null {
  if (color === undefined) return null;
  const plain = color.toLowerCase().replace(/\s+/g, '');
  if (plain === 'transparent' || /^(?:rgb|hsl)a\(.*,0(?:\.0+)?%?\)$/.test(plain)) return 'none';
  const hex = plain.replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/, '#$1$1$2$2$3$3');
  if (
    /^#f[a-f0-9]f[a-f0-9]f[a-f0-9]$/.test(hex) ||
    plain === 'rgb(255,255,255)' ||
    /^(?:snow|ivory|ghostwhite|floralwhite)$/.test(plain)
  )
    return 'white';
  return hex;
}

function isReadableSize(value: string): boolean {
  if (/^(?:xx-small|x-small|small|medium|large|x-large|xx-large|smaller|larger)$/i.test(value)) return true;
  const match = /^(\d{1,3}(?:\.\d{1,4})?)(px|pt|em|rem|ex|%|cm|mm|in|vw)?$/i.exec(value);
  if (!match) return false;
  const smallest: Record<string, number> = {
    px: 4,
    pt: 3,
    em: 0.3,
    rem: 0.3,
    ex: 0.5,
    '%': 30,
    cm: 0.1,
    mm: 1,
    in: 0.05,
    vw: 0.5,
  };
  const unit = (match[2] ?? 'px').toLowerCase();
  return Number(match[1]) >= (smallest[unit] ?? 4) && Number(match[1]) <= (unit === '%' ? 999 : 200);
}

function splitDeclarations(style: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = '';
  for (let i = 0; i < style.length; i += 1) {
    const char = style.charAt(i);
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '(') depth += 1;
    else if (char === ')') depth = Math.max(0, depth - 1);
    else if (char === ';' && depth === 0) {
      pieces.push(style.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(style.slice(start));
  return pieces;
}
