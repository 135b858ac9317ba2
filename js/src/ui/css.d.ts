/** Styles are bundled as minified text and adopted by shadow roots. */
declare module '*.css' {
  const css: string;
  export default css;
}
