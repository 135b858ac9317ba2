// Names that lead to this machine: more than one host of a domain, and a domain under a suffix of two labels.

/** Every browser that can be told resolves them to 127.0.0.1. */
export const HOSTS = ['shop.localhost', 'shop.co.uk', 'other.localhost', 'other.co.uk'].flatMap((domain) => [`www.${domain}`, `blog.${domain}`]);
