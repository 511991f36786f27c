// SPDX-License-Identifier: Apache-2.0

module.exports = {
  createSocket() {
    throw new Error("no Unix sockets here");
  },
};
