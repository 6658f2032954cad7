// What ../../../hant.ts makes has the shape of what it is made of.
declare module "*/zh?hant" {
  export const zh: import("./zh").Words;
}

declare module "*/customer?hant" {
  export const customer_zh: typeof import("./customer").customer_zh;
}
