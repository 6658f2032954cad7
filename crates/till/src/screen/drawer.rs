//! 开钱箱 from the window: whoever may, or with a supervisor's PIN.

use super::Counter;
use crate::refusal::Refusal;
use crate::roles::Action;
use crate::staff::Extent;
use crate::view::*;
use crate::wire::DrawerRequest;

impl Counter {
    pub(super) fn open_drawer(&mut self, request: OpenDrawer) -> Result<DrawerOpenedView, Refusal> {
        let drawer = DrawerRequest {
            id: request.id,
            reason: request.reason,
        };
        let opened = match self.till.is_recorded(&drawer.id)? {
            // What was recorded is answered again, though its approval is used up.
            true => self.till.open_drawer(&drawer)?,
            false => {
                // Nobody is asked for a PIN for what is not done anyway.
                self.till.check_drawer()?;
                let (actions, approval) = ([Action::DrawerWithoutSale], request.approval.as_deref());
                let id = drawer.id.clone();
                let opened = self
                    .till
                    .allowed(&actions, &id, &Extent::default(), approval, |till| {
                        till.open_drawer(&drawer)
                    });
                if let Err(Refusal::Paper(_)) = &opened {
                    self.printer_failed = true;
                }
                opened?
            }
        };
        Ok(DrawerOpenedView {
            openings: opened.openings,
        })
    }
}
