// SPDX-License-Identifier: GPL-2.0-only
#include "flow/flow.h"

#include <algorithm>

namespace gueway::flow {

namespace {

class TcpFlow final : public Flow, private ConnectionOwner {
public:
    using Flow::Flow;
    void sample(int64_t at) override;
    void leave() override;

private:
    Result<void> begin() override;
    void conclude(End end) override;

    void on_connected() override { send(); }
    void on_payload(uint64_t bytes) override;
    void on_message(const StreamReader& reader) override;
    void on_broken(FailureKind kind, Error error) override;

    void send();

    std::unique_ptr<Connection> connection_;
    uint64_t exchange_base_ = 0; // acknowledged() when this exchange's request began
    uint64_t credited_ = 0;      // payload bytes of this request
};

Result<void> TcpFlow::begin()
{
    credited_ = 0;
    if (connection_ && connection_->gone()) context_.leaving.push_back(std::move(connection_));
    if (connection_) {
        send();
        return {};
    }
    connection_ =
        TRY(Connection::open(context_.options, context_.poller, context_.recorder.tcp(), *this));
    return {};
}

void TcpFlow::send()
{
    exchange_base_ = connection_->acknowledged();
    connection_->prepare(request());
    exchange_.first_write = now_ns();
    connection_->write();
}

void TcpFlow::sample(int64_t at)
{
    if (current() == 0 || exchange_.first_write == 0 || !connection_) return;
    const uint64_t acked = connection_->acknowledged();
    if (acked < exchange_base_ + head_size) return;
    const uint64_t payload =
        std::min(acked - exchange_base_ - head_size, context_.options.request_size);
    if (payload <= credited_) return;
    context_.recorder.request_bytes(at, payload - credited_);
    credited_ = payload;
}

void TcpFlow::on_payload(uint64_t bytes)
{
    context_.recorder.response_bytes(now_ns(), bytes);
}

void TcpFlow::on_message(const StreamReader& reader)
{
    if (current() == 0) return; // an answer nobody asked for
    if (reader.state() != StreamReader::State::complete)
        return fail(
            FailureKind::response_hash_mismatch,
            error(context_.options.server.text() + ": request " + std::to_string(exchange_.id),
                  "verify", "the response is not what the server sent",
                  "look for what changes packets on the way back"));
    if (accept(reader.message())) succeed();
}

void TcpFlow::on_broken(FailureKind kind, Error error)
{
    // Between two requests it does not matter: the next one opens another connection.
    if (current() != 0) fail(kind, std::move(error));
}

void TcpFlow::conclude(End end)
{
    if (!connection_ || (end == End::ok && !context_.options.fresh)) return;
    end == End::ok ? connection_->leave() : connection_->abort();
    context_.leaving.push_back(std::move(connection_));
}

void TcpFlow::leave()
{
    if (!connection_) return;
    connection_->leave();
    context_.leaving.push_back(std::move(connection_));
}

} // namespace

std::unique_ptr<Flow> make_tcp_flow(Context& context)
{
    return std::make_unique<TcpFlow>(context);
}

} // namespace gueway::flow
