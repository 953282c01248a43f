/** Asks until something is found (not null), at most `limitMs`; fails with what was looked for. */
export async function found<T>(what: string, look: () => Promise<T | null> | T | null, limitMs = 120_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const result = await look();
    if (result !== null) return result;
    if (Date.now() > end) throw new Error(`Looked ${limitMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
