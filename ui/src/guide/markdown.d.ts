/** `docs/guide.md` as pages of HTML, one for each part between two rules, made when the window is built. */
declare module "*.md" {
  const pages: string[];
  export default pages;
}
