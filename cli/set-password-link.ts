/** A link by which a user sets a password, and the command that does the same as long as there is no console behind it. */
export function setPasswordLink(api: string, token: string): string {
  const body = JSON.stringify({ token, password: 'ten characters or more' });
  return (
    `${api}/set-password#${token}\n` +
    `The page comes with the console; until then this does the same, with a password of your own:\n` +
    `curl -H 'Content-Type: application/json' -d '${body}' ${api}/v1/password\n`
  );
}
