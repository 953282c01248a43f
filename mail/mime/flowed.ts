/** `format=flowed` (RFC 3676): joins soft line breaks, but never across a change of quote depth. */

/** Lines of `text` joined to paragraphs; quoted lines begin with one `>` a level and a space. */
export function unflow(text: string, delSp: boolean): string {
  const out: string[] = [];
  let paragraph: { depth: number; text: string[] } | null = null;
  const flush = (): void => {
    if (paragraph) out.push(quotePrefix(paragraph.depth) + paragraph.text.join(''));
    paragraph = null;
  };
  for (const line of text.split('\n')) {
    const depth = /^>*/.exec(line)?.[0].length ?? 0;
    const content = line.slice(depth).replace(/^ /, '');
    const open: { depth: number; text: string[] } | null = paragraph;
    // A signature separator ends with a space and still is a line of its own.
    if (content === '-- ') {
      flush();
      out.push(quotePrefix(depth) + content);
      continue;
    }
    if (open !== null && (open as { depth: number }).depth !== depth) flush();
    paragraph ??= { depth, text: [] };
    const soft = content.endsWith(' ');
    paragraph.text.push(soft && delSp ? content.slice(0, -1) : content);
    if (!soft) flush();
  }
  flush();
  return out.join('\n');
}

const quotePrefix = (depth: number): string => (depth === 0 ? '' : `${'>'.repeat(depth)} `);
