import { htmlToText } from '../../mail/html/html-text';
import { sanitizeAgentHtml, sanitizeMailHtml } from '../../mail/sanitize';
import { cleanStyle } from '../../mail/html/sanitize-css';
import { parsed } from './fixture';

const safe = (html: string): string => sanitizeMailHtml(html).html;

describe('H1 nothing that runs survives', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<svg><animate onbegin=alert(1)>',
    '<math><mtext><mglyph><style><img src=x onerror=alert(1)>',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href=" &#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<form action="https://evil.example"><input name=p><button formaction="javascript:alert(1)">x</button></form>',
    '<body onload=alert(1)>',
    '<div style="background:url(javascript:alert(1))">x</div>',
    '<div style="width: expression(alert(1))">x</div>',
    '<style>@import "https://evil.example/x.css";</style>',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<object data="x.swf"></object><embed src="x.swf">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<!--[if mso]><script>alert(1)</script><![endif]-->',
    '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
    '<div title="&lt;img src=x onerror=alert(1)&gt;">x</div>',
    '<table background="javascript:alert(1)"><td>x</table>',
    '<p id="x" class="y" onclick="alert(1)">x</p>',
  ])('%s', (html) => {
    const out = safe(html);
    expect(out).not.toMatch(
      /<(?:script|svg|math|iframe|form|input|button|style|link|meta|base|object|embed|noscript|body)\b/i,
    );
    expect(out).not.toMatch(
      /javascript:|vbscript:|expression\(|url\(|@import|data:(?!image\/(?:png|jpe?g|gif|webp|bmp);)/i,
    );
    expect(out.replace(/&lt;[^]*?&gt;/g, '')).not.toMatch(/\son\w+\s*=/i);
  });

  test('what makes a mail look right stays', () => {
    const html =
      '<table width="600" cellpadding="4"><tr><td align="center" style="color: #333; padding: 4px 8px"><b>Hi</b></td></tr></table><ul><li>a</li></ul><blockquote>q</blockquote>';
    expect(safe(html)).toBe(html);
  });
});

describe('H3 nothing is fetched by itself', () => {
  test.each([
    ['<img src="https://t.example/p.gif">', '<img data-remote-src="https://t.example/p.gif" />'],
    ['<img src="//t.example/p.gif">', '<img data-remote-src="https://t.example/p.gif" />'],
    ['<img srcset="https://t.example/p.gif 2x">', '<img />'],
    ['<td background="https://t.example/b.png">x</td>', 'x'],
    ['<p style="background: url(https://t.example/b.png); color: red">x</p>', '<p style="color: red">x</p>'],
    ['<style>p { background: url("https://t.example/b.png") }</style>x', 'x'],
    ['<link rel="stylesheet" href="https://t.example/s.css">x', 'x'],
    ['<video poster="https://t.example/p.png" src="https://t.example/v.mp4">x</video>', 'x'],
  ])('%s', (html, clean) => {
    const result = sanitizeMailHtml(html);
    expect(result.remoteContentRemoved).toBe(true);
    expect(result.html).toContain(clean.startsWith('<') ? clean : '');
    expect(result.html.replace(/data-remote-src="[^"]*"/g, '')).not.toContain('t.example');
  });

  test('images of the mail itself stay', () => {
    const html = '<img src="cid:logo@x" alt="Logo" /><img src="data:image/png;base64,iVBORw0KGgo=" />';
    expect(sanitizeMailHtml(html)).toMatchObject({
      html: '<img alt="Logo" src="cid:logo@x" /><img src="data:image/png;base64,iVBORw0KGgo=" />',
      remoteContentRemoved: false,
    });
  });
});

describe('H4 links', () => {
  test('open elsewhere, never in our own site, and tell nobody where they come from', () => {
    expect(safe('<a href="https://a.example/x?a=1&b=2" onclick="x()">go</a>')).toBe(
      '<a href="https://a.example/x?a=1&amp;b=2" target="_blank" rel="nofollow noreferrer noopener">go</a>',
    );
    expect(safe('<a href="/v1/session">a</a><a href="logout">b</a>')).toBe('<a>a</a><a>b</a>');
    expect(safe('<a href="mailto:a@b.example">m</a><a href="tel:+491">t</a>')).toContain('href="tel:+491"');
  });

  test.each([
    ['<a href="https://evil.example/login">https://www.bank.example/login</a>', 1],
    ['<a href="https://evil.example/">bank.example</a>', 1],
    ['<a href="https://evil.example/"><b>bank</b>.example/login</a>', 1],
    ['<a href="https://bank.example.evil.example/">bank.example</a>', 1],
    ['<a href="https://www.bank.example/login">bank.example</a>', 0],
    ['<a href="https://login.bank.example/">www.bank.example</a>', 0],
    ['<a href="https://evil.example/">Log in to your bank</a>', 0],
    ['<a href="https://evil.example/">version 1.2</a>', 0],
  ])('%s misleads: %d', (html, misleading) => {
    const result = sanitizeMailHtml(html);
    expect(result.misleadingLinks).toBe(misleading);
    expect(result.html.includes('data-mismatch="true"')).toBe(misleading === 1);
    if (misleading === 1) expect(result.html).toMatch(/title="https:\/\/[^"]*evil\.example\//);
  });

  test('of a mail are counted', async () => {
    expect((await parsed('links-that-mislead')).safeHtml).toMatchObject({
      misleadingLinks: 1,
      remoteContentRemoved: true,
    });
  });

  test('M11 more than 5,000 give a notice instead of the mail', () => {
    const html = '<a href="https://a.example">x</a>'.repeat(5001);
    expect(sanitizeMailHtml(html)).toMatchObject({
      refused: true,
      html: expect.stringContaining('more than 5000 links'),
    });
    expect(sanitizeMailHtml(html.slice(33)).refused).toBe(false);
  });
});

describe('H5 hidden text comes to light', () => {
  test.each([
    ['display: none', ''],
    ['visibility: hidden; opacity: 0', ''],
    ['position: absolute; left: -9999px', ''],
    ['font-size: 0', ''],
    ['font-size: 1px', ''],
    ['font-size: 12px', 'font-size: 12px'],
    ['color: white', ''],
    ['color: #FFF', ''],
    ['color: #fff; background-color: #000', 'color: #fff; background-color: #000'],
    ['color: #000; background: #000000', 'background: #000000'],
    ['color: rgb(255, 255, 255)', ''],
    ['color: transparent', ''],
    ['color: rgba(0,0,0,0)', ''],
    ['text-indent: -9999px', ''],
    ['max-height: 0; overflow: hidden; height: 0; width: 0', ''],
    ['line-height: 0', ''],
    ['color: red !important', 'color: red'],
    ['c\\olor: red; color: r\\65 d', ''],
    ['behavior: url(x); -moz-binding: url(y)', ''],
    ["font-family: 'Arial', sans-serif", "font-family: 'Arial', sans-serif"],
    ['background: #fff url("x;y") no-repeat; margin: 0 auto', 'margin: 0 auto'],
    ['color: var(--x); margin: calc(1px)', ''],
  ])('%s becomes %j', (style, clean) => {
    expect(cleanStyle(style).style).toBe(clean);
  });

  test('white letters of a font element too', () => {
    expect(safe('<font color="#ffffff" size="0" face="Arial">x</font>')).toBe('<font face="Arial">x</font>');
  });
});

describe('H2 hostile size', () => {
  test('20,000 elements inside each other become text', () => {
    const result = sanitizeMailHtml(`${'<div>'.repeat(20_000)}deep`);
    expect(result.html).toContain('deep');
    expect(result.html.length).toBeLessThan(5000);
  });

  test.each([
    ['attributes', `<p ${'a=b '.repeat(50_000)}>x</p>`],
    ['open tags', '<a href="https://x.example">'.repeat(4000)],
    ['a style', `<p style="${'color:red;'.repeat(50_000)}">x</p>`],
    ['brackets', '<'.repeat(200_000)],
    ['styles that never end', '<style>'.repeat(20_000)],
  ])('of %s is read to the end', (_what, html) => {
    expect(sanitizeMailHtml(html).html).toEqual(expect.any(String));
  });
});

describe("agents' HTML", () => {
  test('is cleaned as strangers’ is', () => {
    expect(
      sanitizeAgentHtml('<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:x()">l</a></p>').html,
    ).toBe('<p>Hi<a>l</a></p>');
  });

  test.each([
    ['Word', '<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]--><p class=MsoNormal>Hi<o:p></o:p></p>'],
    ['Word, as some paste it', '<xml><w:View>Normal</w:View></xml><p>Hi</p>'],
    ['a style sheet', '<style>p { color: red }</style><p>Hi</p>'],
    ['a list of Word', '<p><![if !supportLists]><span></span><![endif]>Hi</p>'],
    [
      'a clipboard',
      '<html><head><title>T</title></head><body><!--StartFragment--><p>Hi</p><!--EndFragment--></body></html>',
    ],
  ])('DK3.2 what is pasted from %s shows as its words, never as code', (_what, pasted) => {
    const { html } = sanitizeAgentHtml(pasted);
    expect(htmlToText(html)).toBe('Hi');
    expect(html).not.toMatch(/Normal|color|Fragment|supportLists|o:p|&lt;/);
  });

  test('keeps its images and its links as they are', () => {
    const html =
      '<p>See <a href="https://a.example/">a</a> <img src="https://a.example/i.png" alt="i" /> <img src="cid:x" /></p>';
    expect(sanitizeAgentHtml(html).html).toBe(html);
  });
});

test('a second cleaning changes nothing', async () => {
  for (const name of ['gmail-reply-with-quote', 'outlook-desktop-reply', 'links-that-mislead', 'yahoo-reply']) {
    const once = (await parsed(name)).safeHtml?.html ?? '';
    expect(safe(once)).toBe(once);
  }
});
