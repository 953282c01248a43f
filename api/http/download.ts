/** Headers under which a stranger's file may be handed to a browser. */

const scriptable = /^(text\/(html|xml)|application\/(xhtml\+xml|xml|javascript|pdf)|image\/svg)/i;

/**
 * Headers of a file that came by mail: saved, never shown in our origin, never sniffed (RFC 6266, RFC 8187). What a
 * browser could run is given no type of its own.
 */
export const downloadHeaders = (name: string, type: string): Record<string, string> => {
  const plain = name.replace(/[^\w .()-]/g, '_').slice(0, 100) || 'file';
  const encoded = encodeURIComponent(name.slice(0, 200).replace(/[\uD800-\uDFFF]/gu, '_')).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    'Content-Type': scriptable.test(type) || !/^[\w.+-]+\/[\w.+-]+$/.test(type) ? 'application/octet-stream' : type,
    'Content-Disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  };
};
