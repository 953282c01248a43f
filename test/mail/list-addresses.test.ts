import { listAddresses } from '../../mail/list-addresses';

test.each<[string, [string, string][], string[]]>([
  ['List-Post', [['list-post', '<mailto:Users@Lists.test>']], ['users@lists.test']],
  [
    'List-Post with a web page',
    [['list-post', '<https://x.test/post>, <mailto:a%2Bb@x.test?subject=x>']],
    ['a+b@x.test'],
  ],
  ['a list nobody may post to', [['list-post', 'NO']], []],
  ['old Mailman', [['x-beenthere', 'users@lists.test']], ['users@lists.test']],
  ['ezmlm', [['mailing-list', 'contact users-help@lists.test; run by ezmlm']], ['users-help@lists.test']],
  ['a broken escape', [['list-post', '<mailto:%zz@x.test>']], ['%zz@x.test']],
  ['an ordinary mail', [['subject', 'a@b.test']], []],
])('the addresses of the list are read from %s', (_what, headers, expected) => {
  expect(listAddresses({ headers: new Map(headers.map(([name, value]) => [name, [value]])) })).toEqual(expected);
});
