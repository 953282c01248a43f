/** All that a history says, payloads decoded, as one text: what an operator could read in the Temporal UI. */
export function historyText(history: { events?: unknown[] | null }): string {
  const parts: string[] = [];
  const visit = (value: unknown): void => {
    if (value instanceof Uint8Array) parts.push(Buffer.from(value).toString('utf8'));
    else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null)
      for (const [key, each] of Object.entries(value)) {
        parts.push(key);
        visit(each);
      }
    else if (typeof value === 'string') parts.push(value);
  };
  visit(history.events ?? []);
  return parts.join('\n');
}
