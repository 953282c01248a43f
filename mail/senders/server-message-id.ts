/**
 * The Message-ID a provider says it gave our mail in place of ours (email.md T6), with angle brackets; null where the
 * answer names none. Amazon SES answers the id without its domain, which follows from the region in the host's name;
 * Microsoft writes it in angle brackets. `host` is the name from the settings, not the address connected to.
 */
export function serverMessageIdOf(answer: string, host: string): string | null {
  const microsoft = /^250 2\.\d\.\d OK (<[^<>\s]{1,250}\.prod\.outlook\.com>)/i.exec(answer.trim())?.[1];
  if (microsoft !== undefined) return microsoft;
  const amazon = /^250 Ok ([0-9a-f]+(?:-[0-9a-f]+)+)$/i.exec(answer.trim())?.[1];
  const region = amazonRegion(host);
  if (amazon === undefined || region === null) return null;
  return `<${amazon.toLowerCase()}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`;
}

function amazonRegion(host: string): string | null {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (!/\.(?:amazonaws\.com|awsapps\.com)$/.test(name)) return null;
  return name.split('.').find((label) => /^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(label)) ?? null;
}
